import { describe, expect, it } from "vitest";
import type { Decision } from "../../console/src/desk/api";
import { decisionOf, figure, madeAgain, rejections, termsOf } from "../../console/src/features/receipt";

const decision = (number: number, more: Partial<Decision["receipt"]> = {}): Decision => ({
  number,
  agent: "mara",
  receipt: {
    direction: "offer",
    at: "2026-01-05T09:00:00Z",
    policy: 12,
    considered: 6,
    ranked: [{ id: "mara", load: 1, terms: { worth: 900, foreign: 0, price: 0.9, cost: 241.26, moon: 2 } }],
    chosen: 0,
    rejected: [
      { id: "yun", reason: "no_room" },
      { id: "olu", reason: "no_room" },
      { id: "ana", reason: "skill" },
    ],
    reasons: { no_room: 3, skill: 2 },
    ...more,
  },
  same: true,
  differences: [],
});

describe("a receipt", () => {
  it("is shown of the assignment that holds; of one that people made there is none", () => {
    const all = [decision(1), decision(2)];
    expect(decisionOf(all, 1)?.number).toBe(1);
    expect(decisionOf(all, 3)).toBeUndefined();
    expect(decisionOf(all, undefined)?.number).toBe(2);
  });

  it("lists the cost before its parts, leaves out flags that say no, and keeps terms of a newer server", () => {
    expect(termsOf(decision(1).receipt.ranked[0]!).map(([name]) => name)).toEqual(["cost", "price", "worth", "moon"]);
  });

  it("names the first few who could not be chosen and counts the others by reason", () => {
    const { named, counted } = rejections(decision(1), 2);
    expect(named.map((x) => x.id)).toEqual(["yun", "olu"]);
    expect(counted).toEqual([
      { reason: "no_room", n: 1 },
      { reason: "skill", n: 2 },
    ]);
  });

  it("of an agent who took work counts the conversations left, for their ids say nothing", () => {
    expect(rejections(decision(1, { direction: "pull" }), 2)).toEqual({
      named: [],
      counted: [
        { reason: "no_room", n: 3 },
        { reason: "skill", n: 2 },
      ],
    });
  });

  it("says whether it is the same, another, or cannot be made again", () => {
    expect(madeAgain(decision(1))).toBe("same");
    expect(madeAgain({ ...decision(1), same: false, differences: ["the scores differ"] })).toBe("differs");
    expect(madeAgain({ ...decision(1), same: false, differences: ["cannot be made again: gone"] })).toBe("gone");
  });

  it("shows figures in digits that matter", () => {
    expect([241.26, 0.01254, 1, 12_345.6].map(figure)).toEqual(["241", "0.0125", "1", "12346"]);
  });
});
