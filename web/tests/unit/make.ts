/** Short ways to make what the server would say. */

import type { AngerHeard, ConsultStarted, DeskEvent, MessageReceived, MessageSent, SlaEvent, Summary } from "../../shared/protocol";

const content = (text: string) => ({ kind: "text", text, attachments: [], data: {} });

export function received(no: number, more: Partial<MessageReceived> = {}): MessageReceived {
  return {
    no,
    at: new Date(Date.UTC(2026, 0, 5, 9, 0, no)).toISOString(),
    actor: { kind: "customer", id: "c1" },
    type: "message_received",
    message: `m${no}`,
    content: content(`text ${no}`),
    ...more,
  };
}

export function sent(no: number, more: Partial<MessageSent> = {}): MessageSent {
  return {
    no,
    at: new Date(Date.UTC(2026, 0, 5, 9, 0, no)).toISOString(),
    actor: { kind: "agent", id: "mara" },
    type: "message_sent",
    message: `m${no}`,
    author: "agent",
    author_id: "mara",
    content: content(`text ${no}`),
    ...more,
  };
}

export function failed(no: number, message: string): DeskEvent {
  return { no, at: "2026-01-05T09:01:00Z", actor: { kind: "vendor", id: "whatsapp" }, type: "delivery_failed", message, reason: "131026" };
}

export function summary(id: string, more: Partial<Summary> = {}): Summary {
  return {
    id,
    contact: "c1",
    name: "Anna",
    channel: "whatsapp",
    account: "a",
    status: "active",
    owner: "mara",
    queue: "general",
    priority: 5,
    intent: "",
    language: "en",
    preview: "",
    feeling: 0,
    opened_at: null,
    since: null,
    last_at: null,
    accept_by: null,
    callback: false,
    tags: [],
    last_event: 0,
    version: 1,
    ...more,
  };
}

/** A storage as the browser has it. */
export function memory(): Storage {
  const map = new Map<string, string>();
  return {
    get length() {
      return map.size;
    },
    clear: () => map.clear(),
    getItem: (k) => map.get(k) ?? null,
    key: (i) => [...map.keys()][i] ?? null,
    removeItem: (k) => void map.delete(k),
    setItem: (k, v) => void map.set(k, v),
  };
}

export function breached(no: number, clock: SlaEvent["clock"] = "first_response"): SlaEvent {
  const at = new Date(Date.UTC(2026, 0, 5, 9, no)).toISOString();
  return { no, at, actor: { kind: "system", id: "switchboard" }, type: "sla_breached", clock, due: at, since: at };
}

export function asked(no: number, agent: string, by = "tomas"): ConsultStarted {
  const at = new Date(Date.UTC(2026, 0, 5, 9, no)).toISOString();
  return { no, at, actor: { kind: "agent", id: by }, type: "consult_started", agent, by, question: "Is part 7 still made?" };
}

export function angry(no: number, message: string): AngerHeard {
  return { no, at: "2026-01-05T09:02:00Z", actor: { kind: "customer", id: "c1" }, type: "anger_heard", message, anger: 0.93 };
}

export function queued(no: number, reason = "anger"): DeskEvent {
  const actor = { kind: "customer" as const, id: "c1" };
  return { no, at: "2026-01-05T09:02:00Z", actor, type: "queued", queue: "general", priority: 8, reason };
}

export function actionDone(no: number, outcome = "ok"): DeskEvent {
  const actor = { kind: "system" as const, id: "switchboard" };
  const what = { call: "a1", flow: "order_cancel", action: "order_cancel", outcome, data: {} };
  return { no, at: "2026-01-05T09:02:00Z", actor, type: "action_done", ...what };
}
