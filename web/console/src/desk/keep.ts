/** Unsent messages and drafts survive a reload of the tab. They are kept in the tab's own storage and go with the tab. */

import type { Feedback } from "./help";
import type { Unsent } from "./state";

const UNSENT = "switchboard.unsent.";
const WATCHED = "switchboard.watched.";
const DRAFT = "switchboard.draft.";
const FINISHED = "switchboard.finished.";
const FOLDED = "switchboard.folded.";
const SETTLED = "switchboard.settled.";
const READING = "switchboard.reading.";
/** Outlives the tab, as the console's own language does. */
const MY_LANGUAGE = "switchboard.my-language";
const INSERTED = "switchboard.inserted.";
const HELP = "switchboard.help-folded";

export function storeUnsent(agent: string, unsent: Readonly<Record<string, readonly Unsent[]>>): void {
  const kept = Object.fromEntries(Object.entries(unsent).filter(([, list]) => list.length > 0));
  if (Object.keys(kept).length === 0) sessionStorage.removeItem(UNSENT + agent);
  else sessionStorage.setItem(UNSENT + agent, JSON.stringify(kept));
}

/** What was still unsent; it goes out once the line is open. The server knows by `client_id` what it has already. */
export function storedUnsent(agent: string): Record<string, Unsent[]> {
  try {
    const kept = JSON.parse(sessionStorage.getItem(UNSENT + agent) ?? "{}") as Record<string, Unsent[]>;
    for (const list of Object.values(kept)) for (const u of list) if (u.state === "sending") u.state = "held";
    return kept;
  } catch {
    return {};
  }
}

/** Conversations that the server's inbox does not list or does not tell all of: a reload asks for them again. */
export function storeWatched(agent: string, ids: readonly string[]): void {
  if (ids.length === 0) sessionStorage.removeItem(WATCHED + agent);
  else sessionStorage.setItem(WATCHED + agent, JSON.stringify(ids));
}

export function storedWatched(agent: string): string[] {
  try {
    return JSON.parse(sessionStorage.getItem(WATCHED + agent) ?? "[]") as string[];
  } catch {
    return [];
  }
}

export function draftOf(conversation: string): string {
  return sessionStorage.getItem(DRAFT + conversation) ?? "";
}

export function keepDraft(conversation: string, text: string): void {
  if (text) sessionStorage.setItem(DRAFT + conversation, text);
  else sessionStorage.removeItem(DRAFT + conversation);
}

/** Whether what is being written was begun with words in the customer's language, from a draft, a suggestion or a macro. */
export function finishedOf(conversation: string): boolean {
  return sessionStorage.getItem(FINISHED + conversation) !== null;
}

export function keepFinished(conversation: string, finished: boolean): void {
  if (finished) sessionStorage.setItem(FINISHED + conversation, "yes");
  else sessionStorage.removeItem(FINISHED + conversation);
}

/** Whether the agent has folded or unfolded a conversation's hand-over, before (`replied` false) or after their first reply; null: neither. */
export function foldedOf(conversation: string, replied: boolean): boolean | null {
  const kept = sessionStorage.getItem(`${FOLDED}${replied ? "after" : "before"}.${conversation}`);
  return kept === null ? null : kept === "yes";
}

export function keepFolded(conversation: string, replied: boolean, folded: boolean): void {
  sessionStorage.setItem(`${FOLDED}${replied ? "after" : "before"}.${conversation}`, folded ? "yes" : "no");
}

/** The number of the latest suggestion in a conversation that was used or dismissed; 0: none. */
export function settledOf(conversation: string): number {
  return Number(sessionStorage.getItem(SETTLED + conversation) ?? 0);
}

export function keepSettled(conversation: string, no: number): void {
  sessionStorage.setItem(SETTLED + conversation, String(no));
}

/** The language a conversation was read in last; "": as it was written. */
export function keptReading(conversation: string): string {
  return sessionStorage.getItem(READING + conversation) ?? "";
}

export function keepReading(conversation: string, language: string): void {
  if (language) sessionStorage.setItem(READING + conversation, language);
  else sessionStorage.removeItem(READING + conversation);
  if (language) localStorage.setItem(MY_LANGUAGE, language);
}

/** The language chosen last, in whichever conversation; "": none ever was. */
export function myLanguage(): string {
  return localStorage.getItem(MY_LANGUAGE) ?? "";
}

/** Suggestions that the agent has put into a reply, until it is sent: then it shows what became of them. */
export interface Inserted extends Omit<Feedback, "outcome" | "sent" | "suggested"> {
  text: string;
  /** The reply they went out with, "" while it is not sent; and its words. */
  client_id: string;
  sent: string;
}

export function insertedOf(conversation: string): Inserted[] {
  try {
    return JSON.parse(sessionStorage.getItem(INSERTED + conversation) ?? "[]") as Inserted[];
  } catch {
    return [];
  }
}

export function keepInserted(conversation: string, inserted: readonly Inserted[]): void {
  if (inserted.length === 0) sessionStorage.removeItem(INSERTED + conversation);
  else sessionStorage.setItem(INSERTED + conversation, JSON.stringify(inserted));
}

/** Whether the help above the composer is folded: as the agent left it, else where there is little room. */
export function isHelpFolded(): boolean {
  return (sessionStorage.getItem(HELP) ?? (matchMedia("(max-width: 720px)").matches ? "yes" : "no")) === "yes";
}

export function keepHelpFolded(folded: boolean): void {
  sessionStorage.setItem(HELP, folded ? "yes" : "no");
}

/** At sign-out nothing of a customer stays behind. */
export function forgetAll(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith("switchboard.")) sessionStorage.removeItem(key);
}
