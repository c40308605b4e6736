/** What the desk says to help with a conversation (docs/agent-assist.md). */

import type { Step } from "../../../shared/protocol";

/** `kind` and `reason` are codes; `about` fills in their words and what the click needs. */
export interface NextStep {
  kind: string;
  reason: string;
  do: "macro" | "insert" | "note" | "consult" | "transfer" | "resolve" | "reply";
  about: Record<string, string>;
}

export interface MacroActions {
  tags: string[];
  priority: number | null;
  queue: string;
  resolve: boolean;
}

/** One of the company's macros; `opening` begins its text in `language`. `fits`: it is meant for what this is about. */
export interface MacroListed {
  name: string;
  titles: Record<string, string>;
  opening: string;
  language: string;
  actions: MacroActions;
  fits: boolean;
}

/** A macro as it would be applied now. `missing`: placeholders in the text that nothing is known for. */
export interface MacroPreview {
  name: string;
  version: number;
  titles: Record<string, string>;
  text: string;
  language: string;
  missing: string[];
  actions: MacroActions;
}

/** The company's own answer to an intent. */
export interface Canned {
  intent: string;
  language: string;
  text: string;
}

export interface Assist {
  steps: NextStep[];
  canned: Canned | null;
  macros: MacroListed[];
}

/** An article's passage that may answer the customer's last words, ready to send. */
export interface Suggested {
  article: string;
  version: number;
  passage: number;
  title: string;
  locale: string;
  text: string;
}

export interface Suggestions {
  message: string;
  language: string;
  suggestions: Suggested[];
}

/** What became of a suggestion. */
export interface Feedback {
  message: string;
  article: string;
  version: number;
  passage: number;
  outcome: "used" | "edited" | "rejected";
  suggested?: string;
  sent?: string;
}

export interface Quote {
  message: string;
  text: string;
}

/** A conversation at a glance. `text`: in whole sentences, where the server has somebody who writes such; else "". */
export interface Digest {
  wants: string[];
  first: Quote | null;
  question: Quote | null;
  bot: Step[];
  missed: number;
  people: string[];
  replies: number;
  slots: Record<string, string>;
  given: (Quote & { day: string })[];
  unsure: [action: string, about: string][];
  feeling: number;
  angry: string;
  callback: boolean;
  waits_for: "agent" | "customer" | "";
  sla: { clock: string; outcome: string; due_at: string | null; breached: boolean }[];
}

/** Something to ask about before a text is sent. */
export interface Remark {
  kind: string;
  detail: string;
}

/** What was done with articles' suggestions, by article. */
export interface Usage {
  article: string;
  used: number;
  edited: number;
  rejected: number;
}

/** A title in the reader's language, or in English, which each has. */
export function titleOf(titles: Record<string, string>, language: string): string {
  return titles[language] ?? titles.en ?? Object.values(titles)[0] ?? "";
}
