import { beforeEach, describe, expect, it, vi } from "vitest";
import { foldedOf, keepFolded, keepSettled, settledOf } from "../../console/src/desk/keep";
import { isDoubtful, tellsMore, toneOf } from "../../console/src/features/outcomes";
import type { HandOver } from "../../shared/protocol";
import { memory } from "./make";

const bare: HandOver = { reason: "wish", asked: [], steps: [], missed: 0, sentiment: "neutral", angry: "" };
const did = (...actions: [string, string][]): HandOver => ({
  ...bare,
  steps: [{ flow: "order_cancel", outcome: "handed_over", slots: {}, actions }],
});

describe("a hand-over", () => {
  it("says so where something may have been done of which no answer came", () => {
    expect(isDoubtful(did(["order_lookup", "ok"], ["order_cancel", "unknown"]))).toBe(true);
    expect(isDoubtful(did(["order_lookup", "ok"], ["order_cancel", "refused"]))).toBe(false);
  });

  it("tells a failure, a doubt and a refusal apart", () => {
    expect(["ok", "done", "unknown", "failed", "refused", "sold_out", ""].map(toneOf)).toEqual([
      "good",
      "good",
      "doubt",
      "bad",
      "plain",
      "plain",
      "plain",
    ]);
  });

  it("has nothing to unfold where the bot did nothing and heard no more than one wish", () => {
    expect(tellsMore(bare)).toBe(false);
    expect(tellsMore({ ...bare, asked: ["refund_status"] })).toBe(false);
    expect(tellsMore({ ...bare, asked: ["refund_status", "complaint"] })).toBe(true);
    expect(tellsMore({ ...bare, missed: 1 })).toBe(true);
    expect(tellsMore(did())).toBe(true);
  });
});

describe("what the tab remembers of it", () => {
  beforeEach(() => vi.stubGlobal("sessionStorage", memory()));

  it("is how the agent left it before and after their first reply, each conversation for itself", () => {
    expect(foldedOf("a", false)).toBeNull();
    keepFolded("a", false, true);
    keepFolded("a", true, false);
    expect([foldedOf("a", false), foldedOf("a", true), foldedOf("b", false)]).toEqual([true, false, null]);
  });

  it("is which suggestion is settled", () => {
    keepSettled("a", 7);
    expect([settledOf("a"), settledOf("b")]).toEqual([7, 0]);
  });
});
