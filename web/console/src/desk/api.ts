/** The desk's REST API. */

import { CognitoError } from "../auth/cognito";
import { SignedOut, type Session } from "../auth/session";
import type { Assist, Digest, Feedback, MacroPreview, Remark, Suggestions, Usage } from "./help";
import type { Draft } from "./drafts";
import type { Agent, Delivery, DeskEvent, HandOver, Presence, Role, Summary } from "../../../shared/protocol";
import type { OwnWords, Translation } from "./translations";

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

/** One that was considered for an assignment. `terms`: what the score is made of, by name. */
export interface Candidate {
  id: string;
  load: number;
  terms: Record<string, number>;
}

/** A decision of the router, and what making it again from the ledgers gave. */
export interface Decision {
  number: number;
  agent: string;
  receipt: {
    /** offer: agents were compared for this conversation; pull: conversations for an agent with room. */
    direction: "offer" | "pull";
    at: string;
    /** The routing policy's version; 0 is the shipped one. */
    policy: number;
    considered: number;
    /** The first few, best first; the one chosen is at `chosen`. */
    ranked: Candidate[];
    chosen: number;
    /** The first few who could not be chosen. */
    rejected: { id: string; reason: string }[];
    /** How many could not be chosen, by reason. */
    reasons: Record<string, number>;
  };
  same: boolean;
  differences: string[];
}

/** Something that needs two people, as it stands on its ledger. */
export interface PersonsRequest {
  id: string;
  /** rights, keys, erasure, export. */
  kind: string;
  about: string;
  parameters: Record<string, unknown>;
  reason: string;
  state: string;
  /** Of what stands here: an approval is of exactly this. */
  digest: string;
  asked_by: string;
  asked_at: string;
  decide_by: string;
  decided_by: string;
  decided_at: string | null;
  due: string | null;
}

export type Ruling = { what: "approve"; digest: string } | { what: "refuse"; reason: string } | { what: "withdraw" };

/** To whom a conversation is handed: an agent, a queue, or whoever has a skill from a level on. */
export interface Target {
  agent?: string;
  queue?: string;
  skill?: string;
  level?: number;
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

const PATIENCE_MS = 15_000;
/** A large model takes its time; the server gives up before this. */
const DRAFT_MS = 35_000;

type Action = "accept" | "decline" | "take" | "resolve";

export class Api {
  constructor(
    private readonly base: string,
    private readonly session: Session,
  ) {}

  me = () => this.call<{ agent: Agent; role: Role; large_model?: boolean }>("GET", "/v1/me");
  ticket = () => this.call<{ ticket: string; url: string }>("POST", "/v1/tickets");
  presence = (presence: Presence) => this.call<Agent>("PUT", "/v1/me/presence", { presence });
  inbox = () => this.call<{ mine: Summary[]; waiting: Summary[] }>("GET", "/v1/inbox");
  conversation = (id: string) =>
    this.call<{
      conversation: Summary;
      contact: Contact;
      events: DeskEvent[];
      handover: HandOver | null;
      deliveries: Record<string, Delivery>;
    }>("GET", `/v1/conversations/${encodeURIComponent(id)}`);
  events = (id: string, after: number) =>
    this.call<{ events: DeskEvent[]; deliveries: Record<string, Delivery> }>(
      "GET",
      `/v1/conversations/${encodeURIComponent(id)}/events?after=${after}`,
    );
  act = (id: string, action: Action) => this.command(id, action);
  reply = (id: string, text: string, client_id: string, own?: OwnWords) => this.command(id, "messages", { text, client_id, ...own });
  note = (id: string, text: string, client_id: string) => this.command(id, "notes", { text, client_id });
  transfer = (id: string, to: Target & { note?: string }) => this.command(id, "transfer", to);
  consult = (id: string, agent: string, question: string) => this.command(id, "consult", { agent, question });
  endConsult = (id: string, agent: string) =>
    this.call<Summary>("DELETE", `/v1/conversations/${encodeURIComponent(id)}/consult/${encodeURIComponent(agent)}`);
  /** What a customer's message really wanted. */
  correct = (id: string, message: string, intent: string) =>
    this.call<Summary>("PUT", `/v1/conversations/${encodeURIComponent(id)}/messages/${encodeURIComponent(message)}/intent`, { intent });
  /** Why the router chose whom it chose, oldest decision first. For supervisors. */
  receipts = (id: string) => this.call<{ receipts: Decision[] }>("GET", `/v1/conversations/${encodeURIComponent(id)}/receipts`);
  /** Messages in another language: what is known, and what could be translated now. */
  translate = (id: string, messages: readonly string[], language: string) =>
    this.call<{ translations: Record<string, Translation> }>("POST", `/v1/conversations/${encodeURIComponent(id)}/translations`, {
      messages,
      language,
    });
  /** What the customer would get of a text in `source`. */
  translateDraft = (id: string, text: string, source: string) =>
    this.call<Translation>("POST", `/v1/conversations/${encodeURIComponent(id)}/translations/draft`, { text, source });
  assist = (id: string) => this.call<Assist>("GET", `/v1/conversations/${encodeURIComponent(id)}/assist`);
  suggestions = (id: string) => this.call<Suggestions>("GET", `/v1/conversations/${encodeURIComponent(id)}/suggestions`);
  feedback = (id: string, said: Feedback) => this.call<unknown>("POST", `/v1/conversations/${encodeURIComponent(id)}/suggestions`, said);
  summary = (id: string) => this.call<Digest>("GET", `/v1/conversations/${encodeURIComponent(id)}/summary`);
  check = (id: string, text: string) =>
    this.call<{ warnings: Remark[]; complete: boolean }>("POST", `/v1/conversations/${encodeURIComponent(id)}/check`, { text });
  macro = (id: string, name: string) =>
    this.call<MacroPreview>("POST", `/v1/conversations/${encodeURIComponent(id)}/macros/${encodeURIComponent(name)}`);
  /** `text`: what the customer is to read, as the agent left it. The same `client_id` twice is once. */
  applyMacro = (id: string, name: string, wanted: { version: number; text?: string; client_id: string }) =>
    this.command(id, `macros/${encodeURIComponent(name)}/apply`, wanted);
  usage = () => this.call<{ articles: Usage[] }>("GET", "/v1/knowledge/usage");
  resend = (id: string, message: string) => this.command(id, "resend", { message });
  contact = (id: string) => this.call<Contact>("GET", `/v1/contacts/${encodeURIComponent(id)}`);
  contactConversations = (id: string) =>
    this.call<{ conversations: Summary[] }>("GET", `/v1/contacts/${encodeURIComponent(id)}/conversations`);
  agents = () => this.call<{ agents: Agent[] }>("GET", "/v1/agents");
  changes = async () => (await this.call<{ changes: PersonsRequest[] }>("GET", "/v1/changes")).changes;
  privacyRequests = async () => (await this.call<{ requests: PersonsRequest[] }>("GET", "/v1/privacy/requests")).requests;
  /** `path`: which of the two lists it stands on. */
  rule = (path: string, id: string, { what, ...body }: Ruling) =>
    this.call<PersonsRequest>("POST", `/v1/${path}/${encodeURIComponent(id)}/${what}`, body);
  askFor = (kind: "erasure" | "export", contact: string, reason: string) =>
    this.call<PersonsRequest>("POST", `/v1/privacy/contacts/${encodeURIComponent(contact)}/${kind}`, {
      reason,
      ...(kind === "erasure" ? { ground: "request" } : {}),
    });
  fetchExport = (id: string) => this.call<{ state: string; url?: string }>("GET", `/v1/privacy/exports/${encodeURIComponent(id)}`);
  parked = () => this.call<{ parked: Parked[] }>("GET", "/v1/parked");
  /** With a text: take it in as the customer's. With none: send the original through again. */
  redrive = (id: string, text: string) => this.call<unknown>("POST", `/v1/parked/${encodeURIComponent(id)}/redrive`, { text });
  discard = (id: string) => this.call<unknown>("POST", `/v1/parked/${encodeURIComponent(id)}/discard`);

  /** A reply or a summary by the large model, for the agent to read. The same `client_id` twice is paid once. `language`: of a summary. */
  draft = (id: string, client_id: string, kind: "reply" | "summary", language: string) =>
    this.call<Draft>("POST", `/v1/conversations/${encodeURIComponent(id)}/drafts`, { kind, client_id, ...(language ? { language } : {}) }, DRAFT_MS);

  private command(id: string, action: string, body?: unknown): Promise<Summary> {
    return this.call<Summary>("POST", `/v1/conversations/${encodeURIComponent(id)}/${action}`, body);
  }

  private async call<T>(method: string, path: string, body?: unknown, patience = PATIENCE_MS): Promise<T> {
    let response = await this.send(method, path, body, patience);
    if (response.status === 401) {
      await this.renew();
      response = await this.send(method, path, body, patience);
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

  private async send(method: string, path: string, body: unknown, patience: number): Promise<Response> {
    const token = await this.quiet(() => this.session.token());
    return this.quiet(() =>
      fetch(this.base + path, {
        method,
        headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(patience),
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
