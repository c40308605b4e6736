/** Everything the desk shows, and how each piece of news changes it. Pure: no clock, no network. */

import type { Connection } from "../../../shared/live";
import type { Agent, Delivery, DeskEvent, HandOver, Role, Summary } from "../../../shared/protocol";
import { alarmsOf, angerOf, consultedOf, type Alarm } from "./standing";
import type { OwnWords, Translation } from "./translations";
import { emptyThread, withDeliveries, withDelivery, withEvents, type Thread } from "./thread";

export interface Unsent {
  client_id: string;
  kind: "reply" | "note";
  text: string;
  /** When the agent pressed send, ISO 8601. */
  at: string;
  /** sending: on its way or about to be; held: no connection, goes out by itself; failed: the agent must decide. */
  state: "sending" | "held" | "failed";
  /** The error's code, if failed. */
  code?: string;
  /** Where `text` is a translation: what the agent wrote. */
  own?: OwnWords;
}

export interface DeskState {
  me: Agent | null;
  role: Role;
  /** Whether the company has a large model that drafts. */
  largeModel: boolean;
  connection: Connection;
  /** True once the inbox was read for the first time. */
  loaded: boolean;
  summaries: Readonly<Record<string, Summary>>;
  threads: Readonly<Record<string, Thread>>;
  /** What the bot did before people had it, as the server read it from the events up to the number `asOf`. */
  handovers: Readonly<Record<string, { summary: HandOver | null; asOf: number }>>;
  unsent: Readonly<Record<string, readonly Unsent[]>>;
  /** Customers' messages since the conversation was last open on screen. */
  unread: Readonly<Record<string, number>>;
  /** Until when (ms since epoch) the customer counts as typing. */
  typing: Readonly<Record<string, number>>;
  /** The conversation on screen. */
  current: string | null;
  /** Conversations the server has closed to us; consults in them are over, whoever ended them. */
  closed: Readonly<Record<string, true>>;
  /** The language a conversation is read in, as chosen since the page was loaded; "": as it was written. */
  reading: Readonly<Record<string, string>>;
  /** What the server said of messages in other languages: by conversation, language and message. */
  translations: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Translation>>>>>>;
}

export const emptyDesk: DeskState = {
  me: null,
  role: "agent",
  largeModel: false,
  connection: "idle",
  loaded: false,
  summaries: {},
  threads: {},
  handovers: {},
  unsent: {},
  unread: {},
  typing: {},
  current: null,
  closed: {},
  reading: {},
  translations: {},
};

/** The later of two summaries; news may overtake each other on their way. */
/** Whether supervisors' parts are shown. */
export const leads = (s: DeskState): boolean => s.role === "supervisor";

/** Whether the role serves customers. */
export const serves = (s: DeskState): boolean => leads(s) || s.role === "agent";

/** Agents see of what waits the summary alone, until they take it. */
export function isSummaryOnly(s: DeskState, id: string): boolean {
  const c = s.summaries[id];
  const waits = c?.status === "queued" && !leads(s) && !isAsked(s, id);
  return waits || (!!c && !!s.closed[id] && !s.threads[id]);
}

/** Somebody else has it: it is in no list any more, and whoever looks at it sees that it is taken. */
export function withGone(state: DeskState, id: string): DeskState {
  const c = state.summaries[id];
  if (c?.status !== "queued") return state;
  if (id !== state.current) return { ...state, summaries: without(state.summaries, id) };
  return withClosed({ ...state, summaries: { ...state.summaries, [id]: { ...c, status: "assigned" } } }, id);
}

export function withSummary(state: DeskState, summary: Summary): DeskState {
  const known = state.summaries[summary.id];
  if (known && known.version > summary.version) return state;
  return { ...state, summaries: { ...state.summaries, [summary.id]: summary } };
}

/** The inbox as the server lists it. `asOf` holds the versions known when it was asked for: what has moved since is news the
 * list did not have, so it stays; what has not moved and is not listed is no longer ours to show. Consults are never listed. */
export function withInbox(state: DeskState, listed: readonly Summary[], asOf: Readonly<Record<string, number>>): DeskState {
  const ids = new Set(listed.map((s) => s.id));
  const kept: Record<string, Summary> = {};
  for (const [id, summary] of Object.entries(state.summaries))
    if (ids.has(id) || id === state.current || summary.version !== asOf[id] || isAsked(state, id)) kept[id] = summary;
  return listed.reduce(withSummary, { ...state, summaries: kept, loaded: true });
}

export function versions(state: DeskState): Record<string, number> {
  return Object.fromEntries(Object.values(state.summaries).map((s) => [s.id, s.version]));
}

export interface News {
  summary?: Summary;
  events: readonly DeskEvent[];
  deliveries?: Readonly<Record<string, Delivery>>;
  /** Pushed as it happened, not fetched afterwards: only then are messages counted as unread. */
  live?: boolean;
}

/** Events of a conversation: they settle the unsent messages they answer, and end the customer's typing. */
export function withNews(state: DeskState, id: string, news: News): DeskState {
  let next = news.summary ? withSummary(state, news.summary) : state;
  const before = next.threads[id] ?? emptyThread;
  const thread = withDeliveries(withEvents(before, news.events), news.deliveries ?? {});
  if (next.closed[id]) next = { ...next, closed: without(next.closed, id) };
  if (thread !== before || !next.threads[id]) next = { ...next, threads: { ...next.threads, [id]: thread } };

  const settled = new Set(news.events.flatMap((e) => ("client_id" in e && e.client_id ? [e.client_id] : [])));
  const waiting = next.unsent[id];
  if (waiting?.some((u) => settled.has(u.client_id)))
    next = { ...next, unsent: { ...next.unsent, [id]: waiting.filter((u) => !settled.has(u.client_id)) } };

  const known = new Set(before.events.map((e) => e.no));
  const received = news.events.filter((e) => e.type === "message_received" && !known.has(e.no)).length;
  if (received > 0) {
    if (next.typing[id]) next = { ...next, typing: without(next.typing, id) };
    if (news.live && id !== next.current) next = { ...next, unread: { ...next.unread, [id]: (next.unread[id] ?? 0) + received } };
  }
  return next;
}

export function withHandOver(state: DeskState, id: string, summary: HandOver | null, asOf: number): DeskState {
  return { ...state, handovers: { ...state.handovers, [id]: { summary, asOf } } };
}

/** Whether the bot has handed over, or a system has answered it late, since the server was last asked what the bot did. */
export function isHandOverOld(state: DeskState, id: string): boolean {
  const { summary, asOf } = state.handovers[id] ?? { summary: null, asOf: 0 };
  const news = (e: DeskEvent): boolean => (summary ? e.type === "action_done" || e.type === "flow_ended" : e.type === "queued");
  return state.threads[id]?.events.some((e) => e.no > asOf && news(e)) ?? false;
}

/** News too large to be pushed: only the summary came. The numbers it tells of are missing, so they are fetched now or on opening. How many
 * messages there are is not known; a later message counts as one. */
export function withNewsToFetch(state: DeskState, summary: Summary): DeskState {
  const before = state.summaries[summary.id]?.last_at;
  const next = withSummary(state, summary);
  if (next === state || summary.id === state.current || order(summary.last_at, before ?? null) <= 0) return next;
  return { ...next, unread: { ...next.unread, [summary.id]: (next.unread[summary.id] ?? 0) + 1 } };
}

export function withDeliveryNews(state: DeskState, id: string, message: string, delivery: Delivery): DeskState {
  const before = state.threads[id];
  if (!before) return state;
  const thread = withDelivery(before, message, delivery);
  return thread === before ? state : { ...state, threads: { ...state.threads, [id]: thread } };
}

export function withTyping(state: DeskState, id: string, until: number): DeskState {
  return { ...state, typing: { ...state.typing, [id]: until } };
}

export function withCurrent(state: DeskState, id: string | null): DeskState {
  return { ...state, current: id, unread: id ? without(state.unread, id) : state.unread };
}

export function withClosed(state: DeskState, id: string): DeskState {
  return { ...state, closed: { ...state.closed, [id]: true } };
}

export function withUnsent(state: DeskState, id: string, unsent: Unsent): DeskState {
  return { ...state, unsent: { ...state.unsent, [id]: [...(state.unsent[id] ?? []), unsent] } };
}

/** Changes one unsent message, or removes it when `change` is null. One that was settled meanwhile stays settled. */
export function withUnsentChange(state: DeskState, id: string, clientId: string, change: Partial<Unsent> | null): DeskState {
  const list = state.unsent[id] ?? [];
  const next = change
    ? list.map((u) => (u.client_id === clientId ? { ...u, ...change } : u))
    : list.filter((u) => u.client_id !== clientId);
  return { ...state, unsent: { ...state.unsent, [id]: next } };
}

/** After a reconnect: what was held back goes out again. */
export function withHeldReleased(state: DeskState): DeskState {
  const unsent: Record<string, readonly Unsent[]> = {};
  for (const [id, list] of Object.entries(state.unsent))
    unsent[id] = list.map((u) => (u.state === "held" ? { ...u, state: "sending" } : u));
  return { ...state, unsent };
}

/** My conversations: offers first, the one running out first; then by the latest message. */
export function mine(state: DeskState): Summary[] {
  const me = state.me?.id;
  return Object.values(state.summaries)
    .filter((s) => s.owner === me && (s.status === "assigned" || s.status === "active"))
    .sort((a, b) =>
      a.status !== b.status
        ? a.status === "assigned"
          ? -1
          : 1
        : a.status === "assigned"
          ? order(a.accept_by, b.accept_by) || order(a.id, b.id)
          : order(b.last_at, a.last_at) || order(a.id, b.id),
    );
}

/** Work nobody has: the most urgent first, then the longest waiting, as routing takes it. */
export function waiting(state: DeskState): Summary[] {
  return Object.values(state.summaries)
    .filter((s) => s.status === "queued")
    .sort((a, b) => b.priority - a.priority || order(a.since, b.since) || order(a.id, b.id));
}

/** Whether a colleague asks me about this conversation. */
export function isAsked(state: DeskState, id: string): boolean {
  const { me, threads, summaries, closed } = state;
  const thread = threads[id];
  if (!me || !thread || closed[id] || summaries[id]?.owner === me.id) return false;
  return consultedOf(thread).includes(me.id);
}

/** Conversations of colleagues who ask me, by the latest message. */
export function asked(state: DeskState): Summary[] {
  return Object.values(state.summaries)
    .filter((s) => s.status !== "resolved" && isAsked(state, s.id))
    .sort((a, b) => order(b.last_at, a.last_at) || order(a.id, b.id));
}

const NO_ALARMS: readonly Alarm[] = [];

/** The promises to this customer that are in danger or broken, as far as it is known here. */
export function alarms(state: DeskState, id: string): readonly Alarm[] {
  const thread = state.threads[id];
  return thread && state.summaries[id]?.status !== "resolved" ? alarmsOf(thread) : NO_ALARMS;
}

/** Whether the customer's anger waits for a person's answer, as far as it is known here. */
export function isAngry(state: DeskState, id: string): boolean {
  const thread = state.threads[id];
  return !!thread && state.summaries[id]?.status !== "resolved" && angerOf(thread) !== null;
}

/** Whether a supervisor was told of it, for whatever reason. */
export function isAlarming(state: DeskState, id: string): boolean {
  return alarms(state, id).length > 0 || isAngry(state, id);
}

/** What the inbox's list would not bring back: consults, and conversations with alarms. */
export function watched(state: DeskState): string[] {
  return Object.keys(state.threads).filter((id) => isAsked(state, id) || isAlarming(state, id));
}

/** How much calls for the agent: offers, and messages not seen yet. */
export function attention(state: DeskState): number {
  const offers = mine(state).filter((s) => s.status === "assigned").length;
  return Object.values(state.unread).reduce((sum, n) => sum + n, offers);
}

function order(a: string | null, b: string | null): number {
  return (a ?? "").localeCompare(b ?? "");
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  const rest = { ...record };
  delete rest[key];
  return rest;
}
