/** Words for keys, codes and people, in a given language. Pure. */

import { en, type Key } from "./en";
import { zh } from "./zh";

export type Language = "en" | "zh";
export type Group = "channel" | "intent" | "error" | "login.error" | "kind" | "term" | "reason" | "call" | "outcome" | "ending" | "slot" | "handed" | "translator" | "untranslated" | "remark" | "refused" | "request.kind" | "request.state" | "request.part" | "request.export";
export type Translate = (key: Key, values?: Record<string, string | number>) => string;

const MESSAGES: Record<Language, Record<Key, string>> = { en, zh };

export function translator(language: Language): Translate {
  return (key, values) => {
    const one = `${key}_one`;
    const text = values?.n === 1 && one in en ? MESSAGES[language][one as Key] : MESSAGES[language][key];
    return values ? text.replace(/\{(\w+)\}/g, (_, name: string) => isolated(String(values[name] ?? ""))) : text;
  };
}

/** Right-to-left names are fenced off, or they would pull the punctuation and digits around them to the wrong side. */
function isolated(value: string): string {
  return /[\p{Script=Arabic}\p{Script=Hebrew}]/u.test(value) ? `\u2068${value}\u2069` : value;
}

/** The word for a code of the server, or the code itself in plain form where there is none. */
export function nameOf(t: Translate, group: Group, code: string): string {
  const key = `${group}.${code}`;
  if (key in en) return t(key as Key);
  if (`${group}.other` in en) return t(`${group}.other` as Key);
  const plain = code.replaceAll("_", " ");
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}

/** The codes of a group that there are words for, in the order of the list. */
export function codesOf(group: Group): string[] {
  return Object.keys(en)
    .filter((key) => key.startsWith(`${group}.`))
    .map((key) => key.slice(group.length + 1));
}

/** What to call a customer. Some channels tell no names (WeChat); there the channel says at least where they write. */
export function customerName(t: Translate, { name, channel }: { name: string; channel: string }): string {
  if (name.trim()) return name;
  return channel ? t("inbox.no_name", { channel: nameOf(t, "channel", channel) }) : t("inbox.nobody");
}
