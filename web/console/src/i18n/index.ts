/** The reader's language: their choice, else the browser's. */

import { create } from "zustand";
import type { Key } from "./en";
import { customerName, nameOf, translator, type Group, type Language, type Translate } from "./translate";

export { codesOf } from "./translate";
export type { Key, Language, Translate };

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

export interface Words {
  t: Translate;
  /** The word for a code of the server, or the code itself in plain form where there is none. */
  named: (group: Group, code: string) => string;
  customer: (one: { name: string; channel: string }) => string;
  language: Language;
  choose: (language: Language) => void;
}

const TRANSLATORS: Record<Language, Translate> = { en: translator("en"), zh: translator("zh") };

export function useWords(): Words {
  const { language, choose } = useChosen();
  const t = TRANSLATORS[language];
  return { t, language, choose, named: (group, code) => nameOf(t, group, code), customer: (one) => customerName(t, one) };
}

/** For what is not a component: the words in the language chosen at this moment. */
export function wordsNow(): Pick<Words, "t" | "named"> {
  const t = TRANSLATORS[useChosen.getState().language];
  return { t, named: (group, code) => nameOf(t, group, code) };
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
