/** The chat at work: session, line, sending and resuming. It knows nothing of the page. */

import { backoff } from "../../shared/backoff";
import { Fatal, Live, nudgeOnReturn, RequestError, withTicket, type Connection } from "../../shared/live";
import type { DeskEvent, ServerFrame, VisitorConversation } from "../../shared/protocol";
import * as st from "./state";
import type { Kept } from "./store";

const TYPING_MS = 6_000;
const TYPING_EVERY_MS = 3_000;
/** Answers after which the same message may go through later. */
const PASSING = new Set(["no_connection", "no_answer", "conflict", "vendor_unavailable", "storage_unavailable", "error", "unavailable"]);

export interface ChatOptions {
  publicApi: string;
  account: string;
  name: string;
  kept: Kept;
  /** Something to show has changed. */
  onChange: () => void;
}

export class Chat {
  state: st.ChatState = st.emptyChat;
  connection: Connection = "idle";
  /** The site or account does not allow chatting; nothing will change that now. */
  refused = false;
  typingUntil = 0;
  private readonly live: Live;
  private sending = false;
  private failures = 0;
  private lastTyping = 0;
  private started = false;

  constructor(private readonly options: ChatOptions) {
    for (const one of options.kept.unsent()) this.state = st.withPending(this.state, one);
    this.live = new Live({
      address: () => this.address(),
      onFrame: (frame) => this.receive(frame),
      onState: (connection) => {
        this.connection = connection;
        options.onChange();
      },
      onOpen: () => void this.resume().then(() => this.pump()),
      onFatal: () => {
        this.refused = true;
        options.onChange();
      },
    });
    window.addEventListener("storage", (event) => {
      const news = options.kept.elsewhere(event);
      if (!news) return options.onChange(); // perhaps what another tab has read
      if ("dropped" in news) return this.change(st.withPendingChange(this.state, news.dropped, { taken: true }));
      this.change(st.withPending(this.state, news.kept));
      void this.pump();
    });
  }

  /** Connects, if it was not done yet. */
  start(): void {
    if (this.started) return;
    this.started = true;
    nudgeOnReturn(this.live);
    // A page may be frozen and thawed without losing its line; what was pushed meanwhile may be lost.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && this.live.open) void this.resume();
    });
    this.live.start();
  }

  send(text: string): void {
    const one: st.Pending = { client_id: crypto.randomUUID(), text, at: new Date().toISOString() };
    this.options.kept.keep(one);
    this.change(st.withPending(this.state, one));
    this.start();
    void this.pump();
  }

  retry(clientId: string): void {
    this.change(st.withPendingChange(this.state, clientId, { failed: false }));
    const one = this.state.pending.find((p) => p.client_id === clientId);
    if (one) this.options.kept.keep(one);
    void this.pump();
  }

  typing(): void {
    if (Date.now() - this.lastTyping < TYPING_EVERY_MS || !this.live.open) return;
    this.lastTyping = Date.now();
    this.live.tell("typing");
  }

  /** The visitor has the latest on screen: that is kept, and told as the proof of delivery that nobody else can give. */
  read(): void {
    const part = st.currentPart(this.state);
    const last = part?.messages.at(-1);
    if (!part || !last || !this.live.open) return;
    const { kept } = this.options;
    const { conversation, no } = kept.seen;
    const shown = st.answersAfter(this.state, conversation === part.id ? no : 0).slice(-100);
    if (shown.length > 0) this.live.tell("received", { messages: shown });
    if (conversation !== part.id || last.no > no) kept.seen = { conversation: part.id, no: last.no };
  }

  get unread(): number {
    return st.unread(this.state, this.options.kept.seen);
  }

  /** A session first, then a ticket. One tab at a time, so that a visitor with many tabs stays one visitor. */
  private address(): Promise<string> {
    return alone("session", async () => {
      const { kept, name } = this.options;
      if (kept.session) {
        const answer = await this.post("tickets", { session: kept.session });
        if (answer.ok) return addressOf(await answer.json());
        if (answer.status === 403 || answer.status === 404) throw new Fatal("refused");
        if (answer.status !== 401) throw new Error("no ticket");
        kept.session = null;
      }
      const answer = await this.post("sessions", name ? { name } : {});
      if (answer.status === 403 || answer.status === 404) throw new Fatal("refused");
      if (!answer.ok) throw new Error("no session");
      const fresh = (await answer.json()) as { session: string };
      kept.session = fresh.session;
      return addressOf(fresh);
    });
  }

  private post(path: string, body: unknown): Promise<Response> {
    const { publicApi, account } = this.options;
    return fetch(`${publicApi}/webchat/${encodeURIComponent(account)}/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      credentials: "omit",
      signal: AbortSignal.timeout(10_000),
    });
  }

  /** Asks for what was missed since the last answer. */
  private async resume(): Promise<void> {
    const before = st.currentPart(this.state)?.id;
    try {
      let last = await this.resumeAfter(this.state.floor);
      // Another conversation has begun: its numbers start anew, so what was asked for said nothing of it.
      if (before && st.currentPart(this.state)?.id !== before) last = await this.resumeAfter(0);
      this.change(st.resumed(this.state, last));
    } catch {
      /* the next opening of the line resumes again */
    }
  }

  private async resumeAfter(after: number): Promise<number | undefined> {
    const result = (await this.live.request("resume", { after })) as Resumed;
    if (result.conversation) this.learn(result.conversation, result.events);
    return result.last_event;
  }

  /** Sends what is unsent, one after the other and from one tab at a time. */
  private async pump(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    try {
      await alone("send", () => this.sendAll());
    } finally {
      this.sending = false;
    }
  }

  private async sendAll(): Promise<void> {
    const { kept } = this.options;
    for (;;) {
      const next = this.state.pending.find((p) => !p.failed && !p.taken);
      if (!next || !this.live.open) return;
      const { client_id, text } = next;
      try {
        await this.live.request("message", { text, client_id });
      } catch (error) {
        const code = error instanceof RequestError ? error.code : "error";
        if (PASSING.has(code)) {
          setTimeout(() => void this.pump(), backoff(this.failures++));
          return;
        }
        if (code !== "duplicate") {
          kept.keep({ ...next, failed: true });
          this.change(st.withPendingChange(this.state, client_id, { failed: true }));
          continue;
        }
      }
      this.failures = 0;
      kept.drop(client_id);
      this.change(st.withPendingChange(this.state, client_id, { taken: true }));
    }
  }

  private receive(frame: ServerFrame): void {
    if (frame.type === "events") {
      if (frame.events.some((e) => e.type === "message_sent")) this.typingUntil = 0;
      this.learn(frame.conversation, frame.events);
    } else if (frame.type === "fetch") {
      void this.resume();
    } else if (frame.type === "typing" && frame.who === "agent") {
      this.typingUntil = Date.now() + TYPING_MS;
      setTimeout(() => this.options.onChange(), TYPING_MS + 50);
      this.options.onChange();
    }
  }

  private learn(conversation: VisitorConversation, events: readonly DeskEvent[]): void {
    for (const e of events) if (e.type === "message_received" && e.client_id) this.options.kept.drop(e.client_id);
    this.change(st.withNews(this.state, conversation, events));
  }

  private change(state: st.ChatState): void {
    if (state === this.state) return;
    this.state = state;
    this.options.onChange();
  }
}

interface Resumed {
  conversation: VisitorConversation | null;
  events: DeskEvent[];
  last_event?: number;
}

function addressOf(answer: unknown): string {
  const { url, ticket } = answer as { url: string; ticket: string };
  return withTicket(url, ticket);
}

/** Runs one such thing at a time across all tabs of the site, where the browser can. */
function alone<T>(what: string, run: () => Promise<T>): Promise<T> {
  return "locks" in navigator ? navigator.locks.request(`switchboard.${what}`, run) : run();
}
