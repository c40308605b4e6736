/** How a conversation stands, by what is known of its ledger: promises in danger or broken, who is asked, whose anger nobody
 * has answered yet, and what the bot suggests to answer. Pure. */

import type { AngerHeard, BotSuggested, DeskEvent, SlaClock } from "../../../shared/protocol";
import type { Thread } from "./thread";

export interface Alarm {
  clock: SlaClock;
  late: boolean;
}

const CLOCKS: readonly SlaClock[] = ["first_response", "next_response", "resolution"];
const alarmed = new WeakMap<Thread, readonly Alarm[]>();
const asked = new WeakMap<Thread, readonly string[]>();

/** Promises not kept; where there are none, those in danger. An agent's answer settles what was owed until then. The same list for the
 * same thread. */
export function alarmsOf(thread: Thread): readonly Alarm[] {
  return remembered(alarmed, thread, () => {
    const late = new Map<SlaClock, boolean>();
    let answered = 0;
    for (const e of thread.events) {
      if (e.type === "sla_warned" || e.type === "sla_breached") {
        // A breach may get on record only after the answer that came too late.
        const settled = e.clock !== "resolution" && answered >= Date.parse(e.since);
        if (!settled) late.set(e.clock, e.type === "sla_breached");
      } else if (e.type === "first_response_due") late.set("first_response", true);
      else if (e.type === "message_sent" && e.author === "agent") {
        answered = Date.parse(e.at);
        late.delete("first_response");
        late.delete("next_response");
      } else if (e.type === "resolved") late.clear();
    }
    const all = CLOCKS.flatMap((clock) => (late.has(clock) ? [{ clock, late: late.get(clock) === true }] : []));
    return all.some((a) => a.late) ? all.filter((a) => a.late) : all;
  });
}

/** The colleagues who are asked, until it is over. Whoever is given the conversation is no longer asked about it. */
export function consultedOf(thread: Thread): readonly string[] {
  return remembered(asked, thread, () => {
    const agents = new Set<string>();
    for (const e of thread.events) {
      if (e.type === "consult_started") agents.add(e.agent);
      else if (e.type === "consult_ended" || e.type === "assigned") agents.delete(e.agent);
      else if (e.type === "resolved") agents.clear();
    }
    return [...agents];
  });
}

/** The alarm that a customer is angry, until a person answers or all is done. */
export function angerOf(thread: Thread): AngerHeard | null {
  const heard = sinceAnswer(thread, "anger_heard");
  return heard?.type === "anger_heard" ? heard : null;
}

/** The answer that the bot suggests, until a person has given one. */
export function suggestionOf(thread: Thread): BotSuggested | null {
  const suggested = sinceAnswer(thread, "bot_suggested");
  return suggested?.type === "bot_suggested" ? suggested : null;
}

/** The latest of a kind, if no person has answered the customer since, and the conversation goes on. */
function sinceAnswer(thread: Thread, type: DeskEvent["type"]): DeskEvent | undefined {
  const last = thread.events.findLast((e) => e.type === type || e.type === "resolved" || (e.type === "message_sent" && e.author === "agent"));
  return last?.type === type ? last : undefined;
}

function remembered<T>(known: WeakMap<Thread, T>, thread: Thread, make: () => T): T {
  let found = known.get(thread);
  if (found === undefined) known.set(thread, (found = make()));
  return found;
}
