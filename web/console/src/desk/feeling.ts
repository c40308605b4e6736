/** How a customer feels, as the desk shows it. Pure. */

/** One angry message, or two unhappy ones. */
const UNHAPPY = -0.3;
/** No number of messages that are merely unhappy comes to this. */
const ANGRY = -0.5;

/** What to show of a conversation's feeling (-1 to 1): nothing where all is well enough. */
export function feelingOf(level: number): "angry" | "unhappy" | null {
  return level <= ANGRY ? "angry" : level <= UNHAPPY ? "unhappy" : null;
}
