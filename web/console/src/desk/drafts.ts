/** Drafts by the company's large model, as the server tells of them, and what they have cost. Pure. */

import type { MessageReceived, MessageSent } from "../../../shared/protocol";
import type { Thread } from "./thread";

/** What a number in a draft's brackets stands for: an article's passage, or in a summary one of the conversation's messages. */
export interface DraftSource {
  number: number;
  article?: string;
  message?: string;
  title?: string;
  /** The passage, "" where it is gone. */
  text?: string;
}

/** `refused` is "" or why there is none; `text` holds the numbers of its sources, `ready` does not. */
export interface Draft {
  client_id: string;
  message: string;
  refused: string;
  text: string;
  ready: string;
  /** The language it was asked for in; a refusal has none. */
  language?: string;
  sources: DraftSource[];
  tokens_in: number;
  tokens_out: number;
  cost: number;
  currency: string;
}

/** What the large model was asked about a conversation so far. */
export interface Spent {
  calls: number;
  tokens: number;
  /** In units of the currency; calls that are out count with what they may cost. */
  cost: number;
  currency: string;
}

const MILLIONTHS = 1_000_000;

/** A reading of the thread, as the server makes it. Null where nothing was asked. */
export function spentOf(thread: Thread): Spent | null {
  const out = new Map<string, number>();
  const spent: Spent = { calls: 0, tokens: 0, cost: 0, currency: "" };
  for (const e of thread.events)
    if (e.type === "draft_asked") {
      spent.calls += 1;
      spent.currency = e.currency;
      out.set(e.client_id, e.reserved);
    } else if ((e.type === "draft_made" || e.type === "draft_refused") && out.delete(e.client_id)) {
      spent.tokens += e.tokens_in + e.tokens_out;
      spent.cost += e.cost;
    }
  for (const reserved of out.values()) spent.cost += reserved;
  return spent.calls > 0 ? { ...spent, cost: spent.cost / MILLIONTHS } : null;
}

/** Whether a person has answered the customer since the draft was made. */
export function isAnswered(thread: Thread, clientId: string): boolean {
  const made = thread.events.findLast((e) => e.type === "draft_made" && e.client_id === clientId);
  return !!made && thread.events.some((e) => e.no > made.no && e.type === "message_sent" && e.author === "agent");
}

/** Whether the customer has written since the message that a draft answers. */
export function isStale(thread: Thread, message: string): boolean {
  const last = thread.events.findLast((e) => e.type === "message_received" && e.content.text.trim() !== "");
  return last?.type === "message_received" && last.message !== message;
}

export type Piece = { text: string } | { numbers: number[] };

/** A draft's text, and in it the numbers of its sources. */
export function piecesOf(text: string): Piece[] {
  const parts = text.split(/\s*\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]/);
  return parts.flatMap((part, i): Piece[] =>
    i % 2 ? [{ numbers: part.split(/\D+/).map(Number) }] : part ? [{ text: part }] : [],
  );
}

/** Sources that the text names; of several passages of one article each is its own. */
export function citedOf(draft: Draft): DraftSource[] {
  const cited = new Set(piecesOf(draft.text).flatMap((p) => ("numbers" in p ? p.numbers : [])));
  return draft.sources.filter((s) => cited.has(s.number));
}

/** A summary with its messages' words from the thread as sources. `titled` names who wrote one. */
export function withQuotes(draft: Draft, thread: Thread, titled: (said: MessageReceived | MessageSent) => string): Draft {
  const said = thread.events.filter((e) => e.type === "message_received" || e.type === "message_sent");
  const sources = draft.sources.map((s) => {
    const found = said.find((e) => e.message === s.message);
    return found ? { ...s, title: titled(found), text: found.content.text } : s;
  });
  return { ...draft, sources };
}

/** Small sums need their decimals, large ones do not. */
export function money(amount: number, currency: string, language: string): string {
  const digits = amount > 0 && amount < 1 ? 4 : 2;
  try {
    return new Intl.NumberFormat(language, {
      style: "currency",
      currency: currency || "USD",
      minimumFractionDigits: 2,
      maximumFractionDigits: digits,
    }).format(amount);
  } catch {
    return `${amount.toFixed(digits)} ${currency}`;
  }
}
