/** What the visitor sees, and how news changes it. Pure. */

import type { DeskEvent, MessageReceived, MessageSent, VisitorConversation } from "../../shared/protocol";

export interface Pending {
  client_id: string;
  text: string;
  /** When the visitor pressed send, ISO 8601; unsent messages go out in this order. */
  at: string;
  /** The server's refusal; the visitor must decide. */
  failed?: boolean;
  /** The server has it; its event is still to come. */
  taken?: boolean;
}

type Message = MessageReceived | MessageSent;

interface Part {
  id: string;
  status: string;
  /** Sorted by `no`, each once. Numbers have gaps: visitors are not told of everything. */
  messages: readonly Message[];
}

export interface ChatState {
  /** The visitor's conversations of this page view, oldest first; the last one is current. */
  parts: readonly Part[];
  pending: readonly Pending[];
  /** All events of the current conversation up to this number were asked for and answered. */
  floor: number;
}

export const emptyChat: ChatState = { parts: [], pending: [], floor: 0 };

export function currentPart(state: ChatState): Part | undefined {
  return state.parts.at(-1);
}

/** News of a conversation, in any order and any number of times. A conversation not seen before becomes the current one. */
export function withNews(state: ChatState, conversation: VisitorConversation, events: readonly DeskEvent[]): ChatState {
  const at = state.parts.findIndex((p) => p.id === conversation.id);
  const before: Part = state.parts[at] ?? { ...conversation, messages: [] };
  const known = new Set(before.messages.map((m) => m.no));
  const fresh = events.filter((e): e is Message => isMessage(e) && !known.has(e.no) && !!known.add(e.no));
  const part: Part = {
    id: before.id,
    status: conversation.status,
    messages: fresh.length ? [...before.messages, ...fresh].sort((a, b) => a.no - b.no) : before.messages,
  };
  const settled = new Set(events.flatMap((e) => (e.type === "message_received" && e.client_id ? [e.client_id] : [])));
  return {
    parts: at < 0 ? [...state.parts, part] : state.parts.map((p, i) => (i === at ? part : p)),
    pending: state.pending.some((p) => settled.has(p.client_id)) ? state.pending.filter((p) => !settled.has(p.client_id)) : state.pending,
    floor: at < 0 ? 0 : state.floor,
  };
}

/** A resume was answered in full: the server's events up to `last` are known, and the next one may start there. */
export function resumed(state: ChatState, last: number | undefined): ChatState {
  return { ...state, floor: last ?? currentPart(state)?.messages.at(-1)?.no ?? 0 };
}

/** The ids of answers in the current conversation that come after number `after`. */
export function answersAfter(state: ChatState, after: number): string[] {
  return (currentPart(state)?.messages ?? []).flatMap((m) => (m.type === "message_sent" && m.no > after ? [m.message] : []));
}

/** One more message to send; the same one again changes nothing, and neither does one whose event came already. */
export function withPending(state: ChatState, pending: Pending): ChatState {
  const seen = state.parts.some((p) => p.messages.some((m) => m.client_id === pending.client_id));
  if (seen || state.pending.some((p) => p.client_id === pending.client_id)) return state;
  return { ...state, pending: [...state.pending, pending].sort((a, b) => a.at.localeCompare(b.at)) };
}

export function withPendingChange(state: ChatState, clientId: string, change: Partial<Pending> | null): ChatState {
  return {
    ...state,
    pending: change
      ? state.pending.map((p) => (p.client_id === clientId ? { ...p, ...change } : p))
      : state.pending.filter((p) => p.client_id !== clientId),
  };
}

/** Answers after the place the visitor has read to. */
export function unread(state: ChatState, seen: { conversation: string; no: number }): number {
  const part = currentPart(state);
  if (!part) return 0;
  const from = part.id === seen.conversation ? seen.no : 0;
  return part.messages.filter((m) => m.type === "message_sent" && m.no > from).length;
}

function isMessage(e: DeskEvent): e is Message {
  return e.type === "message_received" || e.type === "message_sent";
}
