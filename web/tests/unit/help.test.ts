import { beforeEach, describe, expect, it, vi } from "vitest";
import { titleOf, type Digest, type NextStep } from "../../console/src/desk/help";
import { insertedOf, keepInserted } from "../../console/src/desk/keep";
import { isFolded } from "../../console/src/features/assist/fold";
import { stepWords } from "../../console/src/features/assist/steps";
import { summaryLines, summaryNote } from "../../console/src/features/assist/summary";
import { translator } from "../../console/src/i18n/translate";

const en = translator("en");
const digest = (more: Partial<Digest> = {}): Digest => ({
  wants: [],
  first: null,
  question: null,
  bot: [],
  missed: 0,
  people: [],
  replies: 0,
  slots: {},
  given: [],
  unsure: [],
  feeling: 0,
  angry: "",
  callback: false,
  waits_for: "",
  sla: [],
  ...more,
});
const told = (d: Digest, t = en) => Object.fromEntries(summaryLines(d, t, (id) => id.toUpperCase(), () => "10:00"));

describe("a summary", () => {
  it("says what is wanted, done and open in the reader's words", () => {
    const d = digest({
      wants: ["order_cancel"],
      first: { message: "m1", text: "Cancel it." },
      question: { message: "m4", text: "Is it done?" },
      bot: [{ flow: "order_cancel", outcome: "failed", slots: { order: "SB-1" }, actions: [["order_cancel", "unknown"]] }],
      people: ["mia"],
      replies: 2,
      slots: { order: "SB-1" },
      unsure: [["order_cancel", "SB-1"]],
      callback: true,
      waits_for: "agent",
      sla: [
        { clock: "next_response", outcome: "running", due_at: "2026-03-10T10:00:00Z", breached: false },
        { clock: "first_response", outcome: "met", due_at: "2026-03-10T09:00:00Z", breached: false },
      ],
    });
    const lines = told(d);
    expect(lines["First wish"]).toBe("“Cancel it.”");
    expect(lines["Open question"]).toBe("“Is it done?”");
    expect(lines.Bot).toMatch(/Cancellation: no answer; may have been done/);
    expect(lines["Answered by"]).toBe("MIA (2 answers)");
    expect(lines.Given).toBe("Order SB-1");
    expect(lines.Promises).toBe("Next answer by 10:00");
    expect(lines.Open).toBe("check by hand: Cancellation SB-1 · call them back · an answer to the customer");
    expect(Object.values(told(d, translator("zh"))).join()).toMatch(/人工核实/);
  });

  it("is short where there is nothing to say", () => {
    expect(told(digest({ waits_for: "customer" }))).toEqual({
      "Answered by": "nobody yet",
      Feeling: "Calm",
      Open: "nothing from us; we wait for the customer",
    });
  });

  it("becomes a note", () => {
    const lines = summaryLines(digest({ wants: ["refund_request"] }), en, (id) => id, () => "");
    expect(summaryNote(lines, en).split("\n").slice(0, 2)).toEqual(["Summary", "Wants: Refund"]);
  });
});

describe("a next step", () => {
  const step = (more: Partial<NextStep>): NextStep => ({ kind: "apologise", reason: "angry", do: "macro", about: {}, ...more });

  it("says what to do and why", () => {
    expect(stepWords(step({}), en, (n) => n)).toEqual({ what: "Apologise", why: "the customer is angry" });
    const check = step({ kind: "check_by_hand", reason: "action_unknown", do: "note", about: { action: "order_cancel", about: "SB-1" } });
    expect(stepWords(check, en, (n) => n)?.what).toBe("Check by hand: Cancellation SB-1");
    const macro = step({ kind: "macro", reason: "fits_intent", about: { name: "x", intent: "refund_request" } });
    expect(stepWords(macro, en, () => "Money back")).toEqual({ what: "Money back", why: "it is about: Refund" });
  });

  it("of a newer server is left out", () => {
    expect(stepWords(step({ kind: "dance" }), en, (n) => n)).toBeNull();
    expect(stepWords(step({ reason: "full_moon" }), en, (n) => n)).toBeNull();
  });
});

describe("titles", () => {
  it("are the reader's, or English", () => {
    expect(titleOf({ en: "A", zh: "甲" }, "zh")).toBe("甲");
    expect(titleOf({ en: "A" }, "zh")).toBe("A");
    expect(titleOf({}, "zh")).toBe("");
  });
});

describe("suggestions", () => {
  const left = (folded: boolean, beside = "") => ({ folded, beside });

  it("are as the agent left them where no draft is", () => {
    expect([isFolded(left(false), ""), isFolded(left(true), ""), isFolded(left(false, "d1"), "")]).toEqual([false, true, false]);
  });

  it("make room for a draft, for each anew, unless they are unfolded beside it", () => {
    expect(isFolded(left(false), "d1")).toBe(true);
    expect(isFolded(left(false, "d1"), "d1")).toBe(false);
    expect(isFolded(left(false, "d1"), "d2")).toBe(true);
    expect(isFolded(left(true, "d1"), "d1")).toBe(true);
  });
});

describe("suggestions in a reply", () => {
  const kept = new Map<string, string>();
  beforeEach(() => {
    kept.clear();
    vi.stubGlobal("sessionStorage", {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => kept.set(key, value),
      removeItem: (key: string) => kept.delete(key),
    });
  });

  it("are known after a reload until it is said what became of them", () => {
    const one = { message: "m1", article: "a", version: 1, passage: 0, text: "x", client_id: "", sent: "" };
    keepInserted("c1", [one]);
    expect(insertedOf("c1")).toEqual([one]);
    expect(insertedOf("c2")).toEqual([]);
    keepInserted("c1", []);
    expect(kept.size).toBe(0);
    kept.set("switchboard.inserted.c1", "{broken");
    expect(insertedOf("c1")).toEqual([]);
  });
});
