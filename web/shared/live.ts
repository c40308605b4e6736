/** A WebSocket that stays: it opens with a fresh ticket, beats, notices silence, and comes back with growing pauses. */

import { backoff } from "./backoff";
import type { ServerFrame } from "./protocol";

export type Connection = "idle" | "connecting" | "open" | "waiting";

/** The server's answer to a request was an error, or there was none (`code` "no_connection" or "no_answer"). */
export class RequestError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export interface LiveOptions {
  /** Fetches a one-time ticket and gives the full address. Throws `Fatal` when coming back is pointless. */
  address: () => Promise<string>;
  onFrame: (frame: ServerFrame) => void;
  onState: (state: Connection) => void;
  /** Each time the line is open: fetch what was missed. */
  onOpen: () => void;
  onFatal?: (error: Fatal) => void;
  random?: () => number;
}

/** The session is over; a new sign-in or session is needed. */
export class Fatal extends Error {}

const HEARTBEAT_MS = 20_000;
const ANSWER_MS = 10_000;
/** A connection that lasted this long counts as healthy, so the pauses start small again. */
const HEALTHY_MS = 10_000;

interface Waiting {
  resolve: (result: unknown) => void;
  reject: (error: RequestError) => void;
  timer: ReturnType<typeof setTimeout>;
}

export class Live {
  private socket: WebSocket | null = null;
  private state: Connection = "idle";
  private wanted = false;
  private failures = 0;
  private generation = 0;
  private requests = 0;
  private readonly waiting = new Map<string, Waiting>();
  private retry: ReturnType<typeof setTimeout> | undefined;
  private beat: ReturnType<typeof setInterval> | undefined;
  private healthy: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: LiveOptions) {}

  get open(): boolean {
    return this.state === "open";
  }

  start(): void {
    if (this.wanted) return;
    this.wanted = true;
    void this.connect();
  }

  stop(): void {
    this.wanted = false;
    this.drop();
    clearTimeout(this.retry);
    this.move("idle");
  }

  /** The network or the page came back: do not wait out the pause. An open line is tested by a heartbeat. */
  nudge(): void {
    if (!this.wanted) return;
    if (this.state === "waiting") {
      clearTimeout(this.retry);
      void this.connect();
    } else if (this.state === "open") void this.heartbeat();
  }

  /** Sends a request and gives the server's answer. Rejects with RequestError; what was sent may have been done all the same. */
  request(action: string, fields: Record<string, unknown> = {}): Promise<unknown> {
    const socket = this.socket;
    if (!socket || this.state !== "open") return Promise.reject(new RequestError("no_connection", "not connected"));
    const id = `${this.generation}.${++this.requests}`;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(id);
        reject(new RequestError("no_answer", "the server did not answer"));
      }, ANSWER_MS);
      this.waiting.set(id, { resolve, reject, timer });
      socket.send(JSON.stringify({ action, id, ...fields }));
    });
  }

  /** Sends without caring for the answer (typing). */
  tell(action: string, fields: Record<string, unknown> = {}): void {
    this.request(action, fields).catch(() => undefined);
  }

  private async connect(): Promise<void> {
    const generation = ++this.generation;
    this.move("connecting");
    let address: string;
    try {
      address = await this.options.address();
    } catch (error) {
      if (generation !== this.generation || !this.wanted) return;
      if (error instanceof Fatal) {
        this.stop();
        this.options.onFatal?.(error);
      } else this.again();
      return;
    }
    if (generation !== this.generation || !this.wanted) return;
    const socket = new WebSocket(address);
    this.socket = socket;
    // An attempt that neither opens nor fails (a captive network) must not hang for ever.
    const patience = setTimeout(() => this.lost(socket), ANSWER_MS);
    socket.onopen = () => {
      clearTimeout(patience);
      if (socket !== this.socket) return;
      this.move("open");
      this.beat = setInterval(() => void this.heartbeat(), HEARTBEAT_MS);
      this.healthy = setTimeout(() => (this.failures = 0), HEALTHY_MS);
      this.options.onOpen();
    };
    socket.onmessage = (message: MessageEvent<string>) => {
      if (socket === this.socket) this.receive(message.data);
    };
    socket.onclose = () => {
      clearTimeout(patience);
      this.lost(socket);
    };
  }

  private receive(data: string): void {
    let frame: ServerFrame;
    try {
      frame = JSON.parse(data) as ServerFrame;
    } catch {
      return; // not of our protocol (API Gateway's own error texts are JSON too, without a type)
    }
    if (frame.type === "ack" || frame.type === "error") {
      const waiting = this.waiting.get(frame.id);
      if (!waiting) return;
      this.waiting.delete(frame.id);
      clearTimeout(waiting.timer);
      if (frame.type === "ack") waiting.resolve(frame.result);
      else waiting.reject(new RequestError(frame.code, frame.message));
    } else if (frame.type) this.options.onFrame(frame);
  }

  private async heartbeat(): Promise<void> {
    const socket = this.socket;
    try {
      await this.request("heartbeat");
    } catch (error) {
      // Silence means a dead line that no close event will report for minutes; "unauthenticated", that the server has forgotten
      // this line. Any other error is an answer.
      const dead = error instanceof RequestError && ["no_answer", "unauthenticated"].includes(error.code);
      if (socket && dead) this.lost(socket);
    }
  }

  private lost(socket: WebSocket): void {
    if (socket !== this.socket) return;
    this.drop();
    if (this.wanted) this.again();
  }

  private drop(): void {
    const socket = this.socket;
    this.socket = null;
    this.generation++;
    clearInterval(this.beat);
    clearTimeout(this.healthy);
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    for (const [id, waiting] of this.waiting) {
      clearTimeout(waiting.timer);
      this.waiting.delete(id);
      waiting.reject(new RequestError("no_connection", "the connection was lost"));
    }
  }

  private again(): void {
    this.move("waiting");
    this.retry = setTimeout(() => void this.connect(), backoff(this.failures++, this.options.random?.()));
  }

  private move(state: Connection): void {
    if (state === this.state) return;
    this.state = state;
    this.options.onState(state);
  }
}

/** The address of a ticket answer; some deployments give the ticket apart from it. */
export function withTicket(url: string, ticket: string): string {
  return url.includes("ticket=") ? url : `${url}${url.includes("?") ? "&" : "?"}ticket=${encodeURIComponent(ticket)}`;
}

/** Nudges the line when the network or the page comes back. Gives the way to stop listening. */
export function nudgeOnReturn(live: Live): () => void {
  const nudge = (): void => {
    if (document.visibilityState === "visible") live.nudge();
  };
  window.addEventListener("online", nudge);
  document.addEventListener("visibilitychange", nudge);
  return () => {
    window.removeEventListener("online", nudge);
    document.removeEventListener("visibilitychange", nudge);
  };
}
