/** What is known of a conversation in other languages: from its ledger, and what the server said where nothing was translated. Pure. */

import type { DeskEvent, MessageReceived, MessageSent } from "../../../shared/protocol";
import type { DeskState } from "./state";
import type { Thread } from "./thread";

/** The languages people are served in, in their own names. */
export const LANGUAGES: Readonly<Record<string, string>> = {
  zh: "中文",
  en: "English",
  es: "Español",
  fr: "Français",
  de: "Deutsch",
  pt: "Português",
  it: "Italiano",
  ru: "Русский",
  ja: "日本語",
  ko: "한국어",
  ar: "العربية",
  hi: "हिन्दी",
};

/** The server's answer for one text. Where `translated` is false, `text` is the original and `reason` says why. */
export interface Translation {
  text: string;
  source: string;
  target: string;
  by: string;
  translated: boolean;
  reason: string | null;
  /** The company's words for some of the text's. */
  terms: [term: string, other: string][];
}

/** What an agent wrote in their own language, where the customer gets a translation. */
export interface OwnWords {
  original: string;
  original_language: string;
  translated_by: string;
}

/** A text in the reader's language, or why it is not. `by` and `text` are empty where it is not. */
export interface Reading {
  text: string;
  by: string;
  reason: string;
  terms: [term: string, other: string][];
}

/** Nothing came back from the server. */
export const UNREACHED = "unreached";
/** Reasons that may be others a moment later. */
const PASSING = new Set(["busy", UNREACHED]);
/** Reasons nobody needs to be told of: there is nothing to translate. */
const QUIET = new Set(["same_language", "wordless"]);

/** The language without its region; "" for one we do not serve. */
export function base(language: string): string {
  const own = language.split("-")[0]?.toLowerCase() ?? "";
  return own in LANGUAGES ? own : "";
}

/** The language of a text for the customer where it is another than theirs; "" where it is theirs or not known. */
export function foreign(language: string, customers: string): string {
  return language && language.split("-")[0] !== customers.split("-")[0] ? language : "";
}

/** Whether a text is still the one it was before a change, and so in its language: typed over as a whole, it is another. */
export function isSameText(before: string, after: string): boolean {
  const shorter = Math.min(before.length, after.length);
  let front = 0;
  while (front < shorter && before[front] === after[front]) front++;
  let back = 0;
  while (back < shorter - front && before.at(-1 - back) === after.at(-1 - back)) back++;
  return after.trim().length > 2 && 2 * (front + back) >= after.length;
}

export function withTranslations(
  state: DeskState,
  id: string,
  language: string,
  found: Readonly<Record<string, Translation>>,
): DeskState {
  const known = state.translations[id] ?? {};
  return { ...state, translations: { ...state.translations, [id]: { ...known, [language]: { ...known[language], ...found } } } };
}

/** Forgets what was not translated for a reason that may be gone, so that it is asked for again. */
export function withAnotherTry(state: DeskState, id: string, language: string): DeskState {
  const known = state.translations[id] ?? {};
  const kept = Object.entries(known[language] ?? {}).filter(([, t]) => !PASSING.has(t.reason ?? ""));
  return { ...state, translations: { ...state.translations, [id]: { ...known, [language]: Object.fromEntries(kept) } } };
}

export function withReading(state: DeskState, id: string, language: string): DeskState {
  return { ...state, reading: { ...state.reading, [id]: language } };
}

type Message = MessageReceived | MessageSent;

function isForeign(event: DeskEvent, me: string, language: string): event is Message {
  if (event.type === "message_received") return !!event.content.text.trim();
  if (event.type !== "message_sent" || !event.content.text.trim()) return false;
  // What I wrote I can read; what was written in my language is kept beside what was sent.
  return event.author_id !== me && base(event.original_language ?? "") !== language;
}

/** The messages whose translation is not known and was not asked for, the newest first. */
export function unread(thread: Thread, asked: Readonly<Record<string, Translation>> | undefined, language: string, me: string): string[] {
  const known = new Set(Object.keys(asked ?? {}));
  for (const e of thread.events) if (e.type === "message_translated" && e.language === language) known.add(e.message);
  const messages = thread.events.filter((e) => isForeign(e, me, language)).map((e) => (e as Message).message);
  return messages.filter((m) => !known.has(m)).reverse();
}

/** A message in the reader's language; null: it is on its way, or there is nothing to say of it. */
export function readingOf(
  thread: Thread,
  asked: Readonly<Record<string, Translation>> | undefined,
  message: string,
  language: string,
): Reading | null {
  const said = thread.events.find((e) => e.type === "message_translated" && e.message === message && e.language === language);
  if (said?.type === "message_translated") return { text: said.text, by: said.by, reason: "", terms: [] };
  const answer = asked?.[message];
  if (!answer) return null;
  if (answer.translated) return { text: answer.text, by: answer.by, reason: "", terms: [] };
  return QUIET.has(answer.reason ?? "") ? null : { text: "", by: "", reason: answer.reason ?? "", terms: answer.terms };
}

export function isPassing(reason: string): boolean {
  return PASSING.has(reason);
}

/** What the server would have said of messages it could not be asked about. */
export function unreached(messages: readonly string[], language: string): Record<string, Translation> {
  const one: Translation = { text: "", source: "", target: language, by: "", translated: false, reason: UNREACHED, terms: [] };
  return Object.fromEntries(messages.map((m) => [m, one]));
}
