/** The desk's REST API. */

import { CognitoError } from "../auth/cognito";
import { SignedOut, type Session } from "../auth/session";
import type { Agent, Delivery, DeskEvent, Presence, Role, Summary } from "../../../shared/protocol";

export interface Identity {
  channel: string;
  account: string;
}

export interface Contact {
  id: string;
  name: string;
  phone: string;
  email: string;
  identities: Identity[];
  attributes: Record<string, string>;
  merged_into?: string;
}

/** A message that could not be processed. `ledger` is `cnv#<conversation>` where its customer is known. */
export interface Parked {
  id: string;
  ledger: string;
  no: number;
  at: string;
  reason: string;
}

/** The conversation a parked message belongs to, or "" if nobody knows whose it is. */
export function conversationOf(parked: Parked): string {
  return parked.ledger.startsWith("cnv#") ? parked.ledger.slice(4) : "";
}

/** A refusal or failure. `code` as in the server's `domain/errors.py`, or "network" if nothing came back. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
  ) {
    super(message);
  }

  /** Nothing was decided: the same call may go through later. */
  get passing(): boolean {
    return this.code === "network" || this.status === 429 || this.status >= 500;
  }
}

type Action = "accept" | "decline" | "take" | "resolve";

export class Api {
  constructor(
    private readonly base: string,
    private readonly session: Session,
  ) {}

  me = () => this.call<{ agent: Agent; role: Role }>("GET", "/v1/me");
  ticket = () => this.call<{ ticket: string; url: string }>("POST", "/v1/tickets");
  presence = (presence: Presence) => this.call<Agent>("PUT", "/v1/me/presence", { presence });
  inbox = () => this.call<{ mine: Summary[]; waiting: Summary[] }>("GET", "/v1/inbox");
  conversation = (id: string) =>
    this.call<{ conversation: Summary; contact: Contact; events: DeskEvent[]; deliveries: Record<string, Delivery> }>(
      "GET",
      `/v1/conversations/${encodeURIComponent(id)}`,
    );
  events = (id: string, after: number) =>
    this.call<{ events: DeskEvent[]; deliveries: Record<string, Delivery> }>(
      "GET",
      `/v1/conversations/${encodeURIComponent(id)}/events?after=${after}`,
    );
  act = (id: string, action: Action) => this.command(id, action);
  reply = (id: string, text: string, client_id: string) => this.command(id, "messages", { text, client_id });
  note = (id: string, text: string, client_id: string) => this.command(id, "notes", { text, client_id });
  transfer = (id: string, to: { agent?: string; queue?: string; note?: string }) => this.command(id, "transfer", to);
  resend = (id: string, message: string) => this.command(id, "resend", { message });
  contact = (id: string) => this.call<Contact>("GET", `/v1/contacts/${encodeURIComponent(id)}`);
  contactConversations = (id: string) =>
    this.call<{ conversations: Summary[] }>("GET", `/v1/contacts/${encodeURIComponent(id)}/conversations`);
  agents = () => this.call<{ agents: Agent[] }>("GET", "/v1/agents");
  parked = () => this.call<{ parked: Parked[] }>("GET", "/v1/parked");
  /** With a text: take it in as the customer's. With none: send the original through again. */
  redrive = (id: string, text: string) => this.call<unknown>("POST", `/v1/parked/${encodeURIComponent(id)}/redrive`, { text });
  discard = (id: string) => this.call<unknown>("POST", `/v1/parked/${encodeURIComponent(id)}/discard`);

  private command(id: string, action: string, body?: unknown): Promise<Summary> {
    return this.call<Summary>("POST", `/v1/conversations/${encodeURIComponent(id)}/${action}`, body);
  }

  private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    let response = await this.send(method, path, body);
    if (response.status === 401) {
      await this.renew();
      response = await this.send(method, path, body);
    }
    if (response.status === 204) return undefined as T;
    const answer = (await response.json().catch(() => null)) as T & { code?: string; message?: string };
    if (response.ok && answer !== null) return answer;
    throw new ApiError(
      answer?.code ?? (response.status >= 500 ? "unavailable" : "error"),
      response.ok ? 502 : response.status,
      answer?.message ?? "",
    );
  }

  private async send(method: string, path: string, body: unknown): Promise<Response> {
    const token = await this.quiet(() => this.session.token());
    return this.quiet(() =>
      fetch(this.base + path, {
        method,
        headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(15_000),
      }),
    );
  }

  private renew(): Promise<void> {
    return this.quiet(() => this.session.renew());
  }

  /** What fetch and Cognito throw when nothing came back, in one form. */
  private async quiet<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (error instanceof SignedOut) throw new ApiError("unauthenticated", 401, "");
      if (error instanceof CognitoError || error instanceof TypeError || error instanceof DOMException)
        throw new ApiError("network", 0, "");
      throw error;
    }
  }
}
