/** What the desk says over the WebSocket and REST, as docs/architecture.md defines it. Times are ISO 8601 UTC. */

export type Status = "bot" | "queued" | "assigned" | "active" | "resolved";
export type Presence = "online" | "away" | "offline";
export type Role = "agent" | "supervisor" | "administrator";
export type DeliveryStatus = "pending" | "sending" | "unknown" | "sent" | "delivered" | "read" | "failed";

export interface Summary {
  id: string;
  contact: string;
  name: string;
  channel: string;
  account: string;
  status: Status;
  owner: string;
  queue: string;
  /** 0 (low) to 9 (urgent). */
  priority: number;
  intent: string;
  language: string;
  preview: string;
  opened_at: string | null;
  since: string | null;
  last_at: string | null;
  accept_by: string | null;
  /** The customer asked to be called back. */
  callback: boolean;
  /** The company's words for kinds of work. */
  tags: string[];
  last_event: number;
  version: number;
}

export interface Attachment {
  reference: string;
  mime: string;
  name: string;
  size: number | null;
}

export interface Content {
  kind: string;
  text: string;
  attachments: Attachment[];
  data: Record<string, string>;
}

export interface Actor {
  kind: "customer" | "agent" | "bot" | "system" | "vendor";
  id: string;
}

interface Base {
  no: number;
  at: string;
  actor: Actor;
}

export type MessageReceived = Base & {
  type: "message_received";
  message: string;
  content: Content;
  sender_name?: string;
  client_id?: string;
  sent_at?: string;
};
export type MessageSent = Base & {
  type: "message_sent";
  message: string;
  /** Not told to visitors; for them `actor.kind` says agent or bot. */
  author?: "agent" | "bot" | "system";
  author_id?: string;
  content: Content;
  client_id?: string;
  resend_of?: string;
};
export type NoteAdded = Base & { type: "note_added"; agent: string; text: string; client_id?: string };
export type IntentDetected = Base & {
  type: "intent_detected";
  message: string;
  intent: string;
  confidence: number;
  language: string;
};
/** `requires.kind` is the skill asked for from `requires.level` on; level 0 asks for none. */
export type Queued = Base & {
  type: "queued";
  queue: string;
  priority: number;
  reason: string;
  requires?: { kind: string; level: number } | null;
};
/** `number` counts the conversation's assignments; the receipt of a decision names it. */
export type Assigned = Base & { type: "assigned"; agent: string; number?: number; reason: string; accept_by: string | null };
export type Accepted = Base & { type: "accepted"; agent: string };
export type Released = Base & { type: "released"; agent: string; reason: string };
export type DeliveryFailed = Base & { type: "delivery_failed"; message: string; reason: string };
export type Resolved = Base & { type: "resolved"; by: string; by_id: string; continued_in?: string };
export type MessageParked = Base & { type: "message_parked"; parked: string; reason: string };
/** The bot asked what a message meant. */
export type NotUnderstood = Base & { type: "not_understood"; message: string };
/** The time for the first answer ran out at `due`. */
export type FirstResponseDue = Base & { type: "first_response_due"; due: string };
export type SlaClock = "first_response" | "next_response" | "resolution";
/** What was promised is in danger, or was not kept; `due` is when the clock runs out, or ran out. */
export type SlaEvent = Base & { type: "sla_warned" | "sla_breached"; clock: SlaClock; due: string; since: string };
/** A colleague may read along and leave notes from now on. */
export type ConsultStarted = Base & { type: "consult_started"; agent: string; by: string; question: string };
export type ConsultEnded = Base & { type: "consult_ended"; agent: string; by: string };
/** What follows, up to the next of these in its commit, is the doing of the automation rule of this id. */
export type RuleFired = Base & { type: "rule_fired"; rule: string };
export type Tagged = Base & { type: "tagged" | "untagged"; tags: string[] };
export type PrioritySet = Base & { type: "priority_set"; priority: number; reason: string };
/** The company's own system named `endpoint` is told. */
export type WebhookRequested = Base & { type: "webhook_requested"; endpoint: string };
/** The customer wants to be called at this number, as they said it. */
export type CallbackRequested = Base & { type: "callback_requested"; number: string };
export type WaitDeclined = Base & { type: "callback_declined" | "offline_form_declined" };
/** What the customer left for an answer later; `contact` is empty where the channel itself reaches them. */
export type OfflineFormSent = Base & { type: "offline_form_sent"; about: string; name: string; contact: string };
/** The waiting room's messages say these themselves, so they are not shown. */
export type WaitingRoomSaid = Base & { type: "wait_told" | "callback_offered" | "offline_form_offered" | "offline_form_answered" };
/** Not shown, like the types of a newer server; they count for the order. */
export type OtherEvent = Base & { type: "conversation_opened" | "redriven" };

export type DeskEvent =
  | MessageReceived
  | MessageSent
  | NoteAdded
  | IntentDetected
  | Queued
  | Assigned
  | Accepted
  | Released
  | DeliveryFailed
  | Resolved
  | MessageParked
  | NotUnderstood
  | FirstResponseDue
  | SlaEvent
  | ConsultStarted
  | ConsultEnded
  | RuleFired
  | Tagged
  | PrioritySet
  | WebhookRequested
  | CallbackRequested
  | WaitDeclined
  | OfflineFormSent
  | WaitingRoomSaid
  | OtherEvent;

export interface Agent {
  id: string;
  name: string;
  presence: Presence;
  capacity: number;
  load: number;
  queues: string[];
  languages: string[];
  /** Levels from 1 to 5 by skill. */
  skills?: Record<string, number>;
}

export interface Delivery {
  status: DeliveryStatus;
  reason: string;
}

/** What a visitor is told of their conversation. */
export interface VisitorConversation {
  id: string;
  status: Status;
}

export type ServerFrame =
  | { type: "ack"; id: string; result?: unknown }
  | { type: "error"; id: string; code: string; message: string }
  | { type: "events"; conversation: Summary; events: DeskEvent[] }
  /** In place of events too large for a frame: the receiver fetches them. Visitors are told `id` and `status` alone, as with events. */
  | { type: "fetch"; conversation: Summary }
  | { type: "queue"; conversation: Summary }
  /** To supervisors alone: a promise to a customer, wherever in the company, is in danger or broken. */
  | { type: "sla"; conversation: Summary; events: SlaEvent[] }
  | { type: "agent"; agent: Agent }
  | { type: "delivery"; conversation: string; message: string; status: DeliveryStatus; reason?: string }
  | { type: "typing"; conversation: string; who: "customer" | "agent" };

const RANK: Record<DeliveryStatus, number> = {
  pending: 0,
  sending: 1,
  unknown: 2,
  sent: 3,
  delivered: 4,
  failed: 5,
  read: 5,
};

/** Statuses arrive in any order and only rise; what is unknown to this version changes nothing. A long text goes out in parts: one
 * that failed outweighs one that was read. */
export function laterDelivery(known: Delivery | undefined, next: Delivery): Delivery {
  if (!(next.status in RANK)) return known ?? { status: "pending", reason: "" };
  if (!known) return next;
  const worse = next.status === "failed" && known.status === "read";
  return RANK[next.status] > RANK[known.status] || worse ? next : known;
}
