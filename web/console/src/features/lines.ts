/** What happened to a conversation, in a line. Pure. */

import type { LineEvent } from "../desk/items";
import type { Alarm } from "../desk/standing";
import type { Key } from "../i18n/en";
import { nameOf as named, type Translate } from "../i18n/translate";

/** Why a conversation waits or was let go, where that has words of its own. */
const QUEUED = new Set([
  "policy",
  "wish",
  "low_confidence",
  "redriven",
  "overflow",
  "after_hours",
  "sla_warning",
  "sla_breach",
  "anger",
  "vip",
  "misses",
  "failed",
  "rollout",
]);
const RELEASED = new Set(["not_accepted", "declined", "connection_lost", "transferred", "rule"]);
const ASSIGNED = new Set(["transferred", "taken", "pushed", "rule"]);
/** What of a conversation a supervisor may have to see to. */
const TONES: Partial<Record<LineEvent["type"], "warn" | "bad">> = { sla_warned: "warn", sla_breached: "bad", first_response_due: "bad" };

export function lineTone(event: LineEvent): "warn" | "bad" | undefined {
  return TONES[event.type];
}

/** Which promise is in danger or broken: "First answer late". */
export function promiseWords(alarm: Alarm, t: Translate): string {
  return t(`${alarm.late ? "late" : "soon"}.${alarm.clock}`);
}

/** A flow serves an intent, and those shipped are called by it. */
export function flowWords(flow: string, t: Translate): string {
  return named(t, "intent", flow);
}

/** How a flow ended, or that it has not. */
export function endingWords(outcome: string, t: Translate): string {
  return named(t, "ending", outcome || "open");
}

/** `when` says a time of the day, or the day too where it is another than that of the event. */
export function lineWords(event: LineEvent, t: Translate, nameOf: (agent: string) => string, when: (iso: string) => string): string {
  switch (event.type) {
    case "queued":
      // Only who hands it to a skill asks for something new on the way.
      if (event.reason === "transferred" && event.requires && event.requires.level > 0)
        return t("line.queued_skill", { skill: event.requires.kind, level: event.requires.level, queue: event.queue });
      return t(QUEUED.has(event.reason) ? (`line.queued_${event.reason}` as Key) : "line.queued", { queue: event.queue });
    case "assigned":
      return t(ASSIGNED.has(event.reason) ? (`line.assigned_${event.reason}` as Key) : "line.assigned", { agent: nameOf(event.agent) });
    case "accepted":
      return sentence(t("line.accepted", { agent: nameOf(event.agent) }));
    case "released": {
      const key = RELEASED.has(event.reason) ? (`line.released_${event.reason}` as Key) : "line.released_transferred";
      return sentence(t(key, { agent: nameOf(event.agent) }));
    }
    case "sla_warned":
    case "sla_breached":
      return t(`line.${event.type}`, { what: promiseWords({ clock: event.clock, late: event.type === "sla_breached" }, t), when: when(event.due) });
    case "consult_ended":
      return sentence(t(event.by === event.agent ? "line.consult_left" : "line.consult_ended", { agent: nameOf(event.agent) }));
    case "resolved":
      return t("line.resolved", { agent: event.by === "agent" ? nameOf(event.by_id) : t("line.bot") });
    case "rule_fired":
      return t("line.rule_fired", { rule: event.rule });
    case "tagged":
    case "untagged":
      return t(`line.${event.type}`, { tags: event.tags.join(", ") });
    case "priority_set":
      return t("line.priority_set", { priority: event.priority });
    case "webhook_requested":
      return t("line.webhook_requested", { endpoint: event.endpoint });
    case "flow_started":
      return t(event.digression ? "line.flow_digressed" : "line.flow_started", { flow: flowWords(event.flow, t) });
    case "flow_ended":
      return t("line.flow_ended", { flow: flowWords(event.flow, t), ending: endingWords(event.outcome, t) });
    case "action_done":
      return t("line.action_done", { action: named(t, "call", event.action), outcome: named(t, "outcome", event.outcome) });
    case "macro_applied":
      return sentence(t("line.macro_applied", { macro: event.macro.replaceAll("_", " "), agent: nameOf(event.agent) }));
    case "callback_requested":
      return t("line.callback_requested", { number: event.number });
    case "callback_declined":
    case "offline_form_declined":
    case "message_parked":
    case "not_understood":
    case "first_response_due":
      return t(`line.${event.type}`);
  }
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
