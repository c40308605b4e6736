/** A digest in the reader's words: lines of a label and what there is to say. Pure. */

import type { Digest } from "../../desk/help";
import { feelingOf } from "../../desk/feeling";
import type { Key } from "../../i18n/en";
import { nameOf as named, type Translate } from "../../i18n/translate";
import { endingWords, flowWords } from "../lines";

export type Line = [label: string, said: string];

/** `nameOf` names agents, `when` says a time. Nothing is left out that is open; what there is nothing to say of is. */
export function summaryLines(d: Digest, t: Translate, nameOf: (agent: string) => string, when: (iso: string) => string): Line[] {
  const lines: [Key, string][] = [
    ["summary.wants", d.wants.map((intent) => named(t, "intent", intent)).join(", ")],
    ["summary.first", quoted(d.first?.text)],
    ["summary.question", d.question?.message === d.first?.message ? "" : quoted(d.question?.text)],
    ["summary.bot", botWords(d, t)],
    ["summary.people", d.replies ? t("summary.people_n", { names: d.people.map(nameOf).join(", "), n: d.replies }) : t("summary.nobody")],
    ["summary.slots", Object.entries(d.slots).map(([slot, value]) => `${named(t, "slot", slot)} ${value}`).join(" · ")],
    ["summary.given", d.given.map((g) => g.text).join(", ")],
    ["summary.sla", slaWords(d, t, when)],
    ["summary.feeling", feelingWords(d, t)],
    ["summary.open_items", openWords(d, t)],
  ];
  return lines.flatMap(([key, said]) => (said ? [[t(key), said] as Line] : []));
}

/** The same as a note for colleagues. */
export function summaryNote(lines: readonly Line[], t: Translate): string {
  return [t("summary.title"), ...lines.map(([label, said]) => `${label}: ${said}`)].join("\n");
}

function quoted(text: string | undefined): string {
  return text ? `“${text}”` : "";
}

function botWords(d: Digest, t: Translate): string {
  const steps = d.bot.map((step) => {
    const actions = step.actions.map(([action, outcome]) => `${named(t, "call", action)}: ${named(t, "outcome", outcome)}`);
    return `${flowWords(step.flow, t)} ${endingWords(step.outcome, t)}${actions.length ? ` (${actions.join("; ")})` : ""}`;
  });
  return [...steps, ...(d.missed ? [t("summary.bot_missed", { n: d.missed })] : [])].join(" · ");
}

function slaWords(d: Digest, t: Translate, when: (iso: string) => string): string {
  const owed = d.sla.filter((s) => s.due_at && (s.breached || s.outcome === "running"));
  return owed
    .map((s) => t(s.breached ? "summary.sla_late" : "summary.sla_due", { what: t(`clock.${s.clock}` as Key), when: when(s.due_at ?? "") }))
    .join(" · ");
}

function feelingWords(d: Digest, t: Translate): string {
  const felt = feelingOf(d.feeling);
  return felt ? t(`feeling.${felt}`) : t(d.angry ? "feeling.alarm" : "summary.calm");
}

function openWords(d: Digest, t: Translate): string {
  const open = [
    ...d.unsure.map(([action, about]) => t("summary.open_unsure", { action: named(t, "call", action), about })),
    ...(d.callback ? [t("summary.open_callback")] : []),
    ...(d.waits_for === "agent" ? [t("summary.open_answer")] : []),
  ];
  if (open.length) return open.join(" · ");
  return t(d.waits_for === "customer" ? "summary.waits_customer" : "summary.nothing");
}
