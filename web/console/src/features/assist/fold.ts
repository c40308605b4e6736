/** Whether the suggestions are folded. Pure. */

/** As the agent left them by hand, and the draft that was on the screen then, "" for none. */
export interface Left {
  folded: boolean;
  beside: string;
}

/** A draft (its id) takes the room: beside a new one they are folded, whoever wants both unfolds them once more. */
export function isFolded(left: Left, draft: string): boolean {
  return left.folded || (draft !== "" && left.beside !== draft);
}
