/** What of a hand-over matters to whoever takes it. Pure. */

import type { HandOver } from "../../../shared/protocol";

/** The word for an action whose answer is not there. */
const UNKNOWN = "unknown";

/** good: it is done. doubt: nobody knows whether it is. bad: it is not, though it should be. plain: anything else. */
export type Tone = "good" | "doubt" | "bad" | "plain";

export function toneOf(outcome: string): Tone {
  switch (outcome) {
    case "done":
    case "ok":
      return "good";
    case UNKNOWN:
      return "doubt";
    case "failed":
      return "bad";
    default:
      return "plain";
  }
}

/** Whether something may have been done of which no answer came: it must be looked up before it is done again. */
export function isDoubtful(handover: HandOver): boolean {
  return handover.steps.some((step) => step.actions.some(([, outcome]) => outcome === UNKNOWN));
}

/** Whether there is more to tell than why it is theirs and the one thing that was asked. */
export function tellsMore({ asked, steps, missed, angry }: HandOver): boolean {
  return asked.length > 1 || steps.length > 0 || missed > 0 || angry !== "";
}
