/** What of a decision's receipt is shown. Pure. */

import type { Candidate, Decision } from "../desk/api";

const ORDER = ["cost", "seconds", "price", "crowding", "fairness", "worth", "busy", "age"];

/** The decision that made the present assignment (its `number`), if the router made it; without a number, the latest. */
export function decisionOf(decisions: readonly Decision[], number: number | undefined): Decision | undefined {
  return number === undefined ? decisions.at(-1) : decisions.find((d) => d.number === number);
}

/** What a score is made of: the sum first, then its parts, then terms of a newer server. A flag is left out where it says no. */
export function termsOf({ terms }: Candidate): [string, number][] {
  const place = (name: string): number => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  return Object.entries(terms)
    .filter(([name, value]) => name !== "foreign" || value !== 0)
    .sort(([a], [b]) => place(a) - place(b));
}

/** Three digits that matter: "241", "0.0125". */
export function figure(value: number): string {
  return String(Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
}

/** Who could not be chosen: of agents the first few by name, of the others, and of conversations, how many for each reason. */
export function rejections(
  { receipt: r }: Decision,
  most: number,
): { named: { id: string; reason: string }[]; counted: { reason: string; n: number }[] } {
  const named = r.direction === "offer" ? r.rejected.slice(0, most) : [];
  const counted = Object.entries(r.reasons)
    .map(([reason, n]) => ({ reason, n: n - named.filter((x) => x.reason === reason).length }))
    .filter((x) => x.n > 0);
  return { named, counted };
}

/** gone: what it was made of is not on the ledgers any more. */
export function madeAgain({ same, differences }: Decision): "same" | "differs" | "gone" {
  return same ? "same" : differences.some((d) => d.startsWith("cannot be made again")) ? "gone" : "differs";
}
