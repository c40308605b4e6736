/** Words for a next step, and why. Pure. */

import type { NextStep } from "../../desk/help";
import { en, type Key } from "../../i18n/en";
import { nameOf as named, type Translate } from "../../i18n/translate";

export interface StepWords {
  what: string;
  why: string;
}

/** Null for a step of a newer server that this console has no words for. `macro` names a macro by its title. */
export function stepWords(step: NextStep, t: Translate, macro: (name: string) => string): StepWords | null {
  const what = `step.${step.kind}`;
  const why = `because.${step.reason}`;
  if (!(what in en) || !(why in en)) return null;
  const { action, slot, intent, queue, name, about } = step.about;
  const values = {
    action: action ? [named(t, "call", action), about].filter(Boolean).join(" ") : "",
    slot: slot ? named(t, "slot", slot) : "",
    intent: intent ? named(t, "intent", intent) : "",
    queue: queue ?? "",
    macro: name ? macro(name) : "",
  };
  return { what: t(what as Key, values), why: t(why as Key, values) };
}
