/** What the thread shows, in order, from events and unsent messages. Pure. */

import type {
  ConsultStarted,
  Delivery,
  DeskEvent,
  IntentCorrected,
  IntentDetected,
  MessageReceived,
  MessageSent,
  NoteAdded,
  OfflineFormSent,
} from "../../../shared/protocol";
import type { Unsent } from "./state";
import type { Thread } from "./thread";

const LINE_TYPES = [
  "queued",
  "assigned",
  "accepted",
  "released",
  "resolved",
  "message_parked",
  "not_understood",
  "first_response_due",
  "sla_warned",
  "sla_breached",
  "consult_ended",
  "callback_requested",
  "callback_declined",
  "offline_form_declined",
  "rule_fired",
  "tagged",
  "untagged",
  "priority_set",
  "webhook_requested",
  "flow_started",
  "action_done",
  "flow_ended",
  "macro_applied",
] as const;

export type LineEvent = Extract<DeskEvent, { type: (typeof LINE_TYPES)[number] }>;

export type Item =
  | { kind: "day"; key: string; day: string }
  | { kind: "line"; key: string; event: LineEvent }
  | { kind: "note"; key: string; event: NoteAdded }
  | { kind: "consult"; key: string; event: ConsultStarted }
  | { kind: "form"; key: string; event: OfflineFormSent }
  | {
      kind: "received";
      key: string;
      event: MessageReceived;
      intent: IntentDetected | null;
      corrected: IntentCorrected | null;
      joined: boolean;
      goesOn: boolean;
    }
  | { kind: "sent"; key: string; event: MessageSent; delivery: Delivery; resent: boolean; joined: boolean }
  | { kind: "unsent"; key: string; unsent: Unsent };

const LINES = new Set<string>(LINE_TYPES);
/** Messages of one author within this time read as one turn. */
const TURN_MS = 3 * 60_000;

/** `dayOf` names the local day of a time, in the reader's time zone. */
export function itemsOf(thread: Thread, unsent: readonly Unsent[], dayOf: (iso: string) => string): Item[] {
  const intents = new Map<string, IntentDetected>();
  const corrections = new Map<string, IntentCorrected>();
  const resent = new Set<string>();
  for (const event of thread.events) {
    if (event.type === "intent_detected") intents.set(event.message, event);
    if (event.type === "intent_corrected") corrections.set(event.message, event);
    if (event.type === "message_sent" && event.resend_of) resent.add(event.resend_of);
  }

  const items: Item[] = [];
  let day = "";
  let turn = { by: "", at: 0 };
  const dated = (iso: string): void => {
    const next = dayOf(iso);
    if (next === day) return;
    day = next;
    turn = { by: "", at: 0 };
    items.push({ kind: "day", key: `day-${iso}`, day: iso });
  };
  const joins = (by: string, iso: string): boolean => {
    const at = Date.parse(iso);
    const joined = turn.by === by && at - turn.at < TURN_MS;
    turn = { by, at };
    return joined;
  };

  for (const event of thread.events) {
    const key = `e${event.no}`;
    if (event.type === "message_received") {
      dated(event.at);
      items.push({
        kind: "received",
        key,
        event,
        intent: intents.get(event.message) ?? null,
        corrected: corrections.get(event.message) ?? null,
        joined: joins("customer", event.at),
        goesOn: false,
      });
    } else if (event.type === "message_sent") {
      dated(event.at);
      items.push({
        kind: "sent",
        key,
        event,
        delivery: thread.deliveries[event.message] ?? { status: "pending", reason: "" },
        resent: resent.has(event.message),
        joined: joins(`${event.author ?? ""} ${event.author_id ?? ""}`, event.at),
      });
    } else if (event.type === "note_added") {
      dated(event.at);
      turn = { by: "", at: 0 };
      items.push({ kind: "note", key, event });
    } else if (event.type === "consult_started") {
      dated(event.at);
      turn = { by: "", at: 0 };
      items.push({ kind: "consult", key, event });
    } else if (event.type === "offline_form_sent") {
      dated(event.at);
      turn = { by: "", at: 0 };
      items.push({ kind: "form", key, event });
    } else if (LINES.has(event.type)) {
      dated(event.at);
      turn = { by: "", at: 0 };
      items.push({ kind: "line", key, event: event as LineEvent });
    }
  }
  for (const [i, item] of items.entries()) {
    const next = items[i + 1];
    if (item.kind === "received" && next?.kind === "received") item.goesOn = next.joined;
  }
  for (const one of unsent) {
    dated(one.at);
    items.push({ kind: "unsent", key: one.client_id, unsent: one });
  }
  return items;
}
