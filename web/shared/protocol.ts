/** What the desk says over the WebSocket and REST, as docs/architecture.md defines it. Times are ISO 8601 UTC. */

export type Status = "bot" | "queued" | "assigned" | "active" | "resolved";
export type Presence = "online" | "away" | "offline";
export type Role = "agent" | "supervisor" | "administrator" | "auditor" | "privacy_officer" | "integration";
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
  /** How the customer feels over the conversation: -1 (furious) to 1 (delighted), 0 neutral. */
  feeling: number;
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
  /** What the agent wrote, where what was sent is a translation of it; empty or missing where it is not. */
  original?: string;
  original_language?: string;
  translated_by?: string;
};
/** A message in another language than it was written in. */
export type MessageTranslated = Base & {
  type: "message_translated";
  message: string;
  language: string;
  source: string;
  by: string;
  text: string;
};
export type NoteAdded = Base & { type: "note_added"; agent: string; text: string; client_id?: string };
export type IntentDetected = Base & {
  type: "intent_detected";
  message: string;
  intent: string;
  confidence: number;
  language: string;
  sentiment: Sentiment;
  /** How probable it is that the customer is angry, 0 to 1. */
  anger: number;
};
/** An agent's word on what a message wanted; the last one counts. */
export type IntentCorrected = Base & { type: "intent_corrected"; message: string; intent: string; sentiment: Sentiment | ""; was: string };
export type Sentiment = "positive" | "neutral" | "negative" | "angry";
/** A message that a supervisor should see now. */
export type AngerHeard = Base & { type: "anger_heard"; message: string; anger: number };
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
/** The bot serves a request by asking, looking up and having things done. `digression`: within another flow, which goes on after it. */
export type FlowStarted = Base & { type: "flow_started"; flow: string; version: number; message: string; digression: boolean };
/** `failed`: the company's systems did not do what the flow needs; `timed_out`: the customer said nothing more. */
export type FlowOutcome = "done" | "cancelled" | "refused" | "failed" | "timed_out" | "handed_over";
export type FlowEnded = Base & { type: "flow_ended"; flow: string; outcome: FlowOutcome };
/** What the customer gave for a flow. */
export type SlotFilled = Base & { type: "slot_filled"; flow: string; slot: string; message: string; value: string; correction: boolean };
export type SlotRejected = Base & { type: "slot_rejected"; flow: string; slot: string; reason: string };
/** The company's own system is to look up or do something. */
export type ActionRequested = Base & {
  type: "action_requested";
  call: string;
  flow: string;
  action: string;
  into: string;
  arguments: Record<string, string>;
  purpose: string;
};
/** Its answer: "ok", "not_found", "refused", "failed" or a word of the company's own. */
export type ActionDone = Base & {
  type: "action_done";
  call: string;
  flow: string;
  action: string;
  outcome: string;
  data: Record<string, unknown>;
};
/** `message` was no answer to what a flow had asked. */
export type BotMissed = Base & { type: "bot_missed"; flow: string; slot: string; message: string };
/** What the bot would have answered to `message`, for the agent who does. */
export type BotSuggested = Base & { type: "bot_suggested"; message: string; intent: string; text: string };
/** An agent used a macro; what it did follows in the same commit. */
export type MacroApplied = Base & { type: "macro_applied"; macro: string; agent: string; edited: boolean };
/** The large model is about to be asked. Money is in millionths of the currency. */
export type DraftAsked = Base & { type: "draft_asked"; kind: string; message: string; reserved: number; currency: string; client_id: string };
/** What came of it: a draft that lies ready, or none. */
export type DraftEnded = Base & {
  type: "draft_made" | "draft_refused";
  kind: string;
  message: string;
  tokens_in: number;
  tokens_out: number;
  cost: number;
  currency: string;
  client_id: string;
};
/** The waiting room's messages say these themselves, so they are not shown. */
export type WaitingRoomSaid = Base & { type: "wait_told" | "callback_offered" | "offline_form_offered" | "offline_form_answered" };
/** Not shown, like the types of a newer server; they count for the order. */
export type OtherEvent = Base & { type: "conversation_opened" | "redriven" | "slot_asked" | "confirmed" | "told" | "deferred" | "bot_waits" | SuggestionSettled };
type SuggestionSettled = "suggestion_used" | "suggestion_edited" | "suggestion_rejected";

export type DeskEvent =
  | MessageReceived
  | MessageSent
  | MessageTranslated
  | NoteAdded
  | IntentDetected
  | IntentCorrected
  | AngerHeard
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
  | FlowStarted
  | FlowEnded
  | SlotFilled
  | SlotRejected
  | ActionRequested
  | ActionDone
  | BotMissed
  | BotSuggested
  | MacroApplied
  | DraftAsked
  | DraftEnded
  | WaitingRoomSaid
  | OtherEvent;

/** One thing the bot did or tried. `outcome` is "" while it is under way. `actions`: what the company's system was asked for, with its answer;
 * "unknown" where none came: it may have been done. */
export interface Step {
  flow: string;
  outcome: FlowOutcome | "";
  slots: Record<string, string>;
  actions: [action: string, outcome: string][];
}

/** What an agent should know at a glance of what the bot did before. `asked`: the intents heard, in order; `missed`: messages the bot did
 * not understand; `sentiment`: that of the last message; `angry`: the last angry message's id, or "". */
export interface HandOver {
  reason: string;
  asked: string[];
  steps: Step[];
  missed: number;
  sentiment: Sentiment | "";
  angry: string;
}

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
  /** What waited in one's queues waits there no more. */
  | { type: "gone"; conversation: string }
  /** To supervisors alone: a promise to a customer of their teams is in danger or broken. */
  | { type: "sla"; conversation: Summary; events: SlaEvent[] }
  /** To supervisors alone: a customer of their teams is angry; with what they wrote. */
  | { type: "anger"; conversation: Summary; events: (AngerHeard | MessageReceived | IntentDetected)[] }
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
