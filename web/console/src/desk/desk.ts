/** The desk at work: keeps the state in step with the server and carries out what the agent does. */

import { create, type StoreApi, type UseBoundStore } from "zustand";
import { Fatal, Live, nudgeOnReturn, withTicket, type Connection } from "../../../shared/live";
import type { AngerHeard, ConsultStarted, Presence, ServerFrame, SlaEvent, Summary } from "../../../shared/protocol";
import { ApiError, type Api, type Target } from "./api";
import { sample } from "./clock";
import { keepReading, storedUnsent, storedWatched, storeUnsent, storeWatched } from "./keep";
import * as st from "./state";
import { emptyThread, missingAfter } from "./thread";
import * as tr from "./translations";
import type { OwnWords } from "./translations";

/** A customer counts as typing this long after the last sign of it. */
const TYPING_MS = 6_000;
const TYPING_EVERY_MS = 3_000;
/** Pushes a little out of order fill their own holes; fetch what is still missing after this. */
const GAP_MS = 600;
/** After a longer break the agent decides anew whether they are at their desk. */
const SAME_SITTING_MS = 5 * 60_000;
/** Nobody tells a colleague that a consult is over, so it is asked for. */
const CONSULT_CHECK_MS = 60_000;
/** So many conversations that no list names are asked for after a reload. */
const WATCHED = 20;
/** Messages translated in a call. */
const AT_ONCE = 50;

export type Notice =
  | { kind: "error"; code: string }
  | { kind: "info"; what: "presence_lost" | "declined" }
  | { kind: "sla"; conversation: Summary; event: SlaEvent }
  | { kind: "anger"; conversation: Summary; event: AngerHeard; text: string }
  | { kind: "asked"; conversation: Summary; event: ConsultStarted };

export class Desk {
  readonly store: UseBoundStore<StoreApi<st.DeskState>> = create<st.DeskState>()(() => st.emptyDesk);
  private notify: (notice: Notice) => void = () => undefined;
  private readonly live: Live;
  private readonly pumping = new Set<string>();
  private readonly filling = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly typed = new Map<string, number>();
  private readonly told = new Set<string>();
  private readonly translating = new Set<string>();
  private offSince: number | null = null;
  private wanted: Presence | null = null;
  /** Known from before a reload, and not asked for yet. */
  private watched: string[] = [];

  constructor(private readonly api: Api) {
    this.live = new Live({
      address: async () => {
        try {
          const { ticket, url } = await api.ticket();
          return withTicket(url, ticket);
        } catch (error) {
          if (error instanceof ApiError && (error.status === 401 || error.status === 403)) throw new Fatal(error.code);
          throw error;
        }
      },
      onFrame: (frame) => this.receive(frame),
      onState: (connection) => this.connection(connection),
      onOpen: () => void this.catchUp(),
      onFatal: (error) => this.notify({ kind: "error", code: error.message }),
    });
  }

  get state(): st.DeskState {
    return this.store.getState();
  }

  /** Learns who is signed in, and what they had not sent yet. Throws ApiError. */
  async start(): Promise<void> {
    const { agent, role, large_model } = await this.api.me();
    this.set((s) => ({ ...s, me: agent, role, largeModel: large_model ?? false, unsent: storedUnsent(agent.id) }));
    this.wanted = agent.presence;
    this.watched = storedWatched(agent.id);
    this.store.subscribe((s, before) => {
      if (s.unsent !== before.unsent) storeUnsent(agent.id, s.unsent);
      if (s.threads !== before.threads || s.closed !== before.closed || s.summaries !== before.summaries)
        storeWatched(agent.id, [...new Set([...this.watched, ...st.watched(s)])].slice(-WATCHED));
    });
  }

  /** Connects. `notify` hears of failures that no part of the screen waits for. Gives the way to disconnect. */
  goLive(notify: (notice: Notice) => void): () => void {
    this.notify = notify;
    const stopNudging = nudgeOnReturn(this.live);
    this.live.start();
    const checking = setInterval(() => this.live.open && st.asked(this.state).forEach((s) => void this.look(s.id)), CONSULT_CHECK_MS);
    return () => {
      clearInterval(checking);
      stopNudging();
      this.live.stop();
      for (const timer of this.filling.values()) clearTimeout(timer);
      this.filling.clear();
    };
  }

  /** Shows a conversation, fetching what is not known of it. Throws ApiError. */
  async open(id: string): Promise<void> {
    this.set((s) => st.withCurrent(s, id));
    await this.fill(id);
  }

  close(): void {
    this.set((s) => st.withCurrent(s, null));
  }

  /** Sends a reply or note: shown at once, kept until the server has it. Gives its client id. */
  send(id: string, kind: st.Unsent["kind"], text: string, own?: OwnWords): string {
    const one: st.Unsent = { client_id: crypto.randomUUID(), kind, text, at: new Date().toISOString(), state: "sending" };
    if (own) one.own = own;
    this.set((s) => st.withUnsent(s, id, one));
    void this.pump(id);
    return one.client_id;
  }

  retry(id: string, clientId: string): void {
    this.set((s) => st.withUnsentChange(s, id, clientId, { state: "sending" }));
    void this.pump(id);
  }

  drop(id: string, clientId: string): void {
    this.set((s) => st.withUnsentChange(s, id, clientId, null));
  }

  typing(id: string): void {
    const now = Date.now();
    if (now - (this.typed.get(id) ?? 0) < TYPING_EVERY_MS) return;
    this.typed.set(id, now);
    this.live.tell("typing", { conversation: id });
  }

  async act(id: string, action: "accept" | "decline" | "take" | "resolve"): Promise<boolean> {
    const done = await this.command(() => this.api.act(id, action));
    // Declining sets the agent away, or the same work would come straight back; that must not come as a surprise.
    if (done && action === "decline") this.notify({ kind: "info", what: "declined" });
    return done;
  }

  async transfer(id: string, to: Target & { note?: string }): Promise<boolean> {
    return this.command(() => this.api.transfer(id, to));
  }

  async applyMacro(id: string, name: string, wanted: { version: number; text?: string; client_id: string }): Promise<boolean> {
    return this.command(() => this.api.applyMacro(id, name, wanted));
  }

  /** Asks a colleague, who may read along and leave notes until it is over. */
  async consult(id: string, agent: string, question: string): Promise<boolean> {
    return this.command(() => this.api.consult(id, agent, question));
  }

  async endConsult(id: string, agent: string): Promise<boolean> {
    const done = await this.command(() => this.api.endConsult(id, agent));
    // What we were asked about is not ours to read any more, so no event will say that it is over.
    if (done && agent === this.state.me?.id) this.set((s) => st.withClosed(s, id));
    return done;
  }

  async correct(id: string, message: string, intent: string): Promise<boolean> {
    return this.command(() => this.api.correct(id, message, intent));
  }

  async resend(id: string, message: string): Promise<boolean> {
    return this.command(() => this.api.resend(id, message));
  }

  async presence(presence: Presence): Promise<void> {
    const before = this.state.me;
    if (!before) return;
    this.set((s) => (s.me ? { ...s, me: { ...s.me, presence } } : s));
    try {
      const agent = await this.api.presence(presence);
      this.wanted = agent.presence;
      this.set((s) => ({ ...s, me: agent }));
    } catch (error) {
      this.set((s) => (s.me ? { ...s, me: { ...s.me, presence: before.presence } } : s));
      this.fail(error);
    }
  }

  /** Shows a conversation in a language; "": as it was written. Remembered for it. */
  readIn(id: string, language: string): void {
    keepReading(id, language);
    this.set((s) => tr.withReading(s, id, language));
  }

  /** Has messages translated, the first of them at once; asked for while another call is under way, they are asked for after it. */
  translate(id: string, messages: readonly string[], language: string): void {
    const mark = `${id} ${language}`;
    if (this.translating.has(mark)) return;
    this.translating.add(mark);
    const some = messages.slice(0, AT_ONCE);
    this.api
      .translate(id, some, language)
      .then((answer) => answer.translations)
      .catch((error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        return tr.unreached(some, language);
      })
      .finally(() => this.translating.delete(mark))
      .then((found) => this.set((s) => tr.withTranslations(s, id, language, found)))
      .catch(() => undefined);
  }

  translateAgain(id: string, language: string): void {
    this.set((s) => tr.withAnotherTry(s, id, language));
  }

  /** True if it was done; a failure is told, and after a lost race the truth is fetched. */
  private async command(call: () => Promise<Summary>): Promise<boolean> {
    try {
      const summary = await call();
      this.set((s) => st.withSummary(s, summary));
      this.checkGap(summary.id);
      return true;
    } catch (error) {
      this.fail(error);
      if (error instanceof ApiError && !error.passing) void this.inbox();
      return false;
    }
  }

  /** Sends a conversation's unsent messages one after the other, so that they arrive in the order they were written. */
  private async pump(id: string): Promise<void> {
    if (this.pumping.has(id)) return;
    this.pumping.add(id);
    try {
      for (;;) {
        const next = this.state.unsent[id]?.find((u) => u.state === "sending" && !this.delivered.has(u.client_id));
        if (!next) return;
        try {
          const { text, client_id, own } = next;
          const summary = await (next.kind === "reply" ? this.api.reply(id, text, client_id, own) : this.api.note(id, text, client_id));
          this.delivered.add(next.client_id);
          this.set((s) => st.withSummary(s, summary));
          this.checkGap(id);
        } catch (error) {
          const code = error instanceof ApiError ? error.code : "error";
          if (code === "duplicate") {
            // An earlier try got through though its answer did not; its event settles the message.
            this.delivered.add(next.client_id);
            void this.fill(id).catch(() => undefined);
          } else if (error instanceof ApiError && error.passing) {
            // Later ones wait too: order matters more than speed.
            const held = this.state.unsent[id]?.filter((u) => u.state === "sending") ?? [];
            for (const u of held) this.set((s) => st.withUnsentChange(s, id, u.client_id, { state: "held" }));
            setTimeout(() => this.live.open && this.release(), GAP_MS * 10);
            return;
          } else {
            this.set((s) => st.withUnsentChange(s, id, next.client_id, { state: "failed", code }));
          }
        }
      }
    } finally {
      this.pumping.delete(id);
    }
  }

  /** Taken by the server; they stay on screen as unsent until their event arrives. */
  private readonly delivered = new Set<string>();

  private release(): void {
    this.set(st.withHeldReleased);
    for (const id of Object.keys(this.state.unsent)) void this.pump(id);
  }

  private receive(frame: ServerFrame): void {
    switch (frame.type) {
      case "events": {
        const id = frame.conversation.id;
        const last = frame.events.at(-1);
        if (last) sample(last.at);
        this.set((s) => st.withNews(s, id, { summary: frame.conversation, events: frame.events, live: true }));
        this.checkGap(id);
        for (const event of frame.events)
          if (event.type === "consult_started" && event.agent === this.state.me?.id && this.first(id, event.no))
            this.notify({ kind: "asked", conversation: frame.conversation, event });
        return;
      }
      case "sla": {
        const id = frame.conversation.id;
        this.set((s) => st.withNews(s, id, { summary: frame.conversation, events: frame.events }));
        this.checkGap(id);
        for (const event of frame.events)
          if (this.first(id, event.no)) this.notify({ kind: "sla", conversation: frame.conversation, event });
        return;
      }
      case "anger": {
        const { conversation, events } = frame;
        // The message is counted as unread once, whether this frame or the owner's own comes first.
        const live = conversation.owner === this.state.me?.id;
        this.set((s) => st.withNews(s, conversation.id, { summary: conversation, events, live }));
        this.checkGap(conversation.id);
        for (const event of events) {
          if (event.type !== "anger_heard" || !this.first(conversation.id, event.no)) continue;
          const said = events.find((e) => e.type === "message_received" && e.message === event.message);
          const text = said?.type === "message_received" ? said.content.text : conversation.preview;
          this.notify({ kind: "anger", conversation, event, text });
        }
        return;
      }
      case "fetch":
        this.set((s) => st.withNewsToFetch(s, frame.conversation));
        return this.checkGap(frame.conversation.id);
      case "queue":
        this.set((s) => st.withSummary(s, frame.conversation));
        // Supervisors are told of alarms wherever they are, but not of the answers that settle them.
        if (st.leads(this.state) && st.isAlarming(this.state, frame.conversation.id)) void this.look(frame.conversation.id);
        return;
      case "gone":
        return this.set((s) => st.withGone(s, frame.conversation));
      case "agent":
        if (this.live.open) this.wanted = frame.agent.presence;
        return this.set((s) => ({ ...s, me: frame.agent }));
      case "delivery":
        return this.set((s) =>
          st.withDeliveryNews(s, frame.conversation, frame.message, { status: frame.status, reason: frame.reason ?? "" }),
        );
      case "typing":
        if (frame.who === "customer") this.set((s) => st.withTyping(s, frame.conversation, Date.now() + TYPING_MS));
    }
  }

  /** Frames may come twice; people are told once. */
  private first(id: string, no: number): boolean {
    const mark = `${id}#${no}`;
    return !this.told.has(mark) && !!this.told.add(mark);
  }

  private connection(connection: Connection): void {
    if (connection !== "open") this.offSince ??= Date.now();
    this.set((s) => ({ ...s, connection }));
  }

  /** The line is open (again): what happened meanwhile was not pushed. */
  private async catchUp(): Promise<void> {
    const away = this.offSince === null ? 0 : Date.now() - this.offSince;
    this.offSince = null;
    const { current } = this.state;
    const others = new Set([...this.watched, ...st.watched(this.state)].filter((id) => id !== current));
    await Promise.all([
      this.inbox(),
      this.restorePresence(away),
      current ? this.fill(current).catch(() => undefined) : null,
      ...[...others].slice(-WATCHED).map((id) => this.look(id)),
    ]);
    this.watched = [];
    this.release();
  }

  /** Asks anew for a conversation of which not all is pushed to us, and which may be closed to us meanwhile. */
  private async look(id: string): Promise<void> {
    await this.readable(id, () => this.read(id)).catch(() => undefined);
  }

  /** The server takes an agent off when their connection is lost. A short break is undone; after a long one the agent decides. */
  private async restorePresence(away: number): Promise<void> {
    const wanted = this.wanted;
    try {
      const { agent } = await this.api.me();
      this.set((s) => ({ ...s, me: agent }));
      this.wanted = agent.presence;
      if (wanted !== "online" || agent.presence === "online") return;
      if (away < SAME_SITTING_MS) await this.presence("online");
      else this.notify({ kind: "info", what: "presence_lost" });
    } catch (error) {
      this.fail(error);
    }
  }

  private async inbox(): Promise<void> {
    const asOf = st.versions(this.state);
    try {
      const { mine, waiting } = await this.api.inbox();
      this.set((s) => st.withInbox(s, [...mine, ...waiting], asOf));
    } catch (error) {
      this.fail(error);
    }
  }

  /** Fetches what is missing of a conversation: all of it the first time and after a hand-over, else what follows the known part. */
  private async fill(id: string): Promise<void> {
    if (st.isSummaryOnly(this.state, id)) return;
    const { upTo } = this.state.threads[id] ?? emptyThread;
    if (upTo > 0 && !st.isHandOverOld(this.state, id)) {
      const { events, deliveries } = await this.readable(id, () => this.api.events(id, upTo));
      this.set((s) => st.withNews(s, id, { events, deliveries }));
      if (!st.isHandOverOld(this.state, id)) return;
    }
    await this.readable(id, () => this.read(id));
  }

  private async read(id: string): Promise<void> {
    const { conversation, events, handover, deliveries } = await this.api.conversation(id);
    const asOf = events.at(-1)?.no ?? 0;
    this.set((s) => st.withHandOver(st.withNews(s, id, { summary: conversation, events, deliveries }), id, handover, asOf));
  }

  /** Notes where the server says that a conversation is not ours to read any more. */
  private async readable<T>(id: string, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (error instanceof ApiError && error.code === "forbidden") this.set((s) => st.withClosed(s, id));
      throw error;
    }
  }

  /** Only the conversation on screen is kept without gaps; others are filled when they are opened. */
  private checkGap(id: string): void {
    if (this.filling.has(id) || !this.isMissing(id)) return;
    const timer = setTimeout(() => {
      this.filling.delete(id);
      // What was just handed on or resolved may be closed to us by now; nobody asked to see more of it.
      const closed = (error: unknown): boolean => error instanceof ApiError && error.code === "forbidden";
      if (this.isMissing(id)) this.fill(id).catch((error: unknown) => closed(error) || this.fail(error));
    }, GAP_MS);
    this.filling.set(id, timer);
  }

  private isMissing(id: string): boolean {
    const { current, threads, summaries } = this.state;
    if (id !== current) return false;
    return missingAfter(threads[id] ?? emptyThread, summaries[id]?.last_event ?? 0) !== null || st.isHandOverOld(this.state, id);
  }

  private fail(error: unknown): void {
    this.notify({ kind: "error", code: error instanceof ApiError ? error.code : "error" });
  }

  private set(change: (state: st.DeskState) => st.DeskState): void {
    this.store.setState(change, true);
  }
}
