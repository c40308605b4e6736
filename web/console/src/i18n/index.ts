/** The reader's language: their choice, else the browser's. */

import { create } from "zustand";
import { en, type Key } from "./en";
import { zh } from "./zh";

export type { Key };
export type Language = "en" | "zh";

const MESSAGES: Record<Language, Record<Key, string>> = { en, zh };
const STORE = "switchboard.language";

function preferred(): Language {
  const chosen = localStorage.getItem(STORE);
  if (chosen === "en" || chosen === "zh") return chosen;
  return navigator.languages
    .find((l) => /^(zh|en)\b/i.test(l))
    ?.toLowerCase()
    .startsWith("zh")
    ? "zh"
    : "en";
}

interface Chosen {
  language: Language;
  choose: (language: Language) => void;
}

const useChosen = create<Chosen>()((set) => ({
  language: preferred(),
  choose: (language) => {
    localStorage.setItem(STORE, language);
    set({ language });
  },
}));

export type Translate = (key: Key, values?: Record<string, string | number>) => string;

export interface Words {
  t: Translate;
  /** The word for a code of the server, or the code itself in plain form where there is none. */
  named: (group: "channel" | "intent" | "error" | "login.error" | "kind", code: string) => string;
  language: Language;
  choose: (language: Language) => void;
}

function translator(language: Language): Translate {
  return (key, values) => {
    const one = `${key}_one`;
    const text = values?.n === 1 && one in en ? MESSAGES[language][one as Key] : MESSAGES[language][key];
    return values ? text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? "")) : text;
  };
}

const TRANSLATORS: Record<Language, Translate> = { en: translator("en"), zh: translator("zh") };

export function useWords(): Words {
  const { language, choose } = useChosen();
  const t = TRANSLATORS[language];
  return { t, language, choose, named: (group, code) => nameOf(t, group, code) };
}

/** For what is not a component: the words in the language chosen at this moment. */
export function wordsNow(): Pick<Words, "t" | "named"> {
  const t = TRANSLATORS[useChosen.getState().language];
  return { t, named: (group, code) => nameOf(t, group, code) };
}

function nameOf(t: Translate, group: string, code: string): string {
  const key = `${group}.${code}`;
  if (key in en) return t(key as Key);
  if (`${group}.other` in en) return t(`${group}.other` as Key);
  const plain = code.replaceAll("_", " ");
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}

/** The name of a language in the reader's own, "" for unknown. */
export function languageName(code: string, reader: Language): string {
  if (!code || code === "und") return "";
  try {
    return new Intl.DisplayNames([reader], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}
