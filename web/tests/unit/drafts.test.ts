import { describe, expect, it } from "vitest";
import { citedOf, isAnswered, isStale, money, piecesOf, spentOf, withQuotes, type Draft } from "../../console/src/desk/drafts";
import { emptyThread, withEvents } from "../../console/src/desk/thread";
import { drafts as en } from "../../console/src/i18n/en.drafts";
import type { DeskEvent } from "../../shared/protocol";
import { received, sent } from "./make";

const base = (no: number) => ({ no, at: "2026-01-05T09:00:00Z", actor: { kind: "agent" as const, id: "mara" }, kind: "reply", message: "m1" });
const asked = (no: number, client_id: string, reserved = 6000): DeskEvent => ({ ...base(no), type: "draft_asked", reserved, currency: "EUR", client_id });
const ended = (no: number, client_id: string, type: "draft_made" | "draft_refused" = "draft_made"): DeskEvent => ({
  ...base(no),
  type,
  tokens_in: 1000,
  tokens_out: 100,
  cost: 4500,
  currency: "EUR",
  client_id,
});
const thread = (...events: DeskEvent[]) => withEvents(emptyThread, events);
const draft = (text: string): Draft => ({
  client_id: "d1",
  message: "m1",
  refused: "",
  text,
  ready: "",
  sources: [1, 2, 3].map((number) => ({ number, title: `Source ${number}` })),
  tokens_in: 1,
  tokens_out: 1,
  cost: 0,
  currency: "EUR",
});

describe("what drafts have cost", () => {
  it("is nothing where none was asked for, not even for a refusal without a call", () => {
    expect(spentOf(thread(received(1), ended(2, "d1", "draft_refused")))).toBeNull();
  });

  it("counts drafts and refusals, each once, however often the news comes", () => {
    const all = [asked(1, "d1"), ended(2, "d1"), asked(3, "d2"), ended(4, "d2", "draft_refused")];
    expect(spentOf(withEvents(thread(...all), all))).toEqual({ calls: 2, tokens: 2200, cost: 0.009, currency: "EUR" });
  });

  it("counts a call that is out with what it may cost", () => {
    expect(spentOf(thread(asked(1, "d1"), ended(2, "d1"), asked(3, "d2")))?.cost).toBeCloseTo(0.0105);
  });

  it("shows small sums with their decimals", () => {
    expect(money(0.001255, "EUR", "en")).toBe("€0.0013");
    expect(money(12.5, "EUR", "en")).toBe("€12.50");
    expect(money(0, "EUR", "en")).toBe("€0.00");
    expect(money(1, "not a currency", "en")).toBe("1.00 not a currency");
  });
});

describe("a draft", () => {
  it("is over once a person has answered, and stale once the customer has written again", () => {
    const before = thread(received(1, { message: "m1" }), asked(2, "d1"), ended(3, "d1"));
    expect([isAnswered(before, "d1"), isStale(before, "m1")]).toEqual([false, false]);
    expect(isStale(withEvents(before, [received(4, { message: "m4" })]), "m1")).toBe(true);
    expect(isAnswered(withEvents(before, [sent(4)]), "d1")).toBe(true);
    expect(isAnswered(withEvents(before, [sent(4, { author: "bot" })]), "d1")).toBe(false);
  });

  it("has its citations set apart from its words", () => {
    expect(piecesOf("Within 14 days. [1] Print it [1, 3].")).toEqual([
      { text: "Within 14 days." },
      { numbers: [1] },
      { text: " Print it" },
      { numbers: [1, 3] },
      { text: "." },
    ]);
    expect(piecesOf("no numbers [x]")).toEqual([{ text: "no numbers [x]" }]);
  });

  it("shows the sources it names and no others", () => {
    expect(citedOf(draft("One. [1] Three. [3]")).map((s) => s.number)).toEqual([1, 3]);
  });

  it("of a whole conversation shows the messages it stands on, and those that are not there as gone", () => {
    const said = thread(received(1), sent(2));
    const summary = { ...draft("Asked. [1] Told. [2]"), sources: ["m1", "m2", "m9"].map((message, i) => ({ number: i + 1, message })) };
    const quoted = withQuotes(summary, said, (e) => `by ${e.actor.kind}`).sources;
    expect(quoted.map((s) => [s.title, s.text])).toEqual([["by customer", "text 1"], ["by agent", "text 2"], [undefined, undefined]]);
  });

  it("says in words why there is none", () => {
    const reasons = Object.keys(en).filter((k) => k.startsWith("refused."));
    expect(reasons.filter((reason) => !en[reason as keyof typeof en].trim())).toEqual([]);
    expect(reasons).not.toEqual([]);
  });
});
