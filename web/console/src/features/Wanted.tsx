import { ChevronDown, Sparkles, UserCheck } from "lucide-react";
import { useState } from "react";
import type { IntentCorrected, IntentDetected, Summary } from "../../../shared/protocol";
import { useDesk, useDeskState } from "../desk/context";
import { codesOf, useWords } from "../i18n";
import css from "./Wanted.module.css";

const INTENTS = codesOf("intent");

/** What a message was taken to want. Whoever serves the customer, and supervisors, may say what it really was: the model learns from it. */
export function Wanted({ summary, intent, corrected }: { summary: Summary; intent: IntentDetected; corrected: IntentCorrected | null }) {
  const { t, named } = useWords();
  const { desk } = useDesk();
  const may = useDeskState((s) => s.role === "supervisor" || s.me?.id === summary.owner);
  const [busy, setBusy] = useState(false);
  const wanted = corrected?.intent ?? intent.intent;
  const label = named("intent", wanted);
  const sure = Math.round(intent.confidence * 100);
  const help = corrected
    ? t("wanted.corrected", { intent: label, was: named("intent", intent.intent) })
    : t("thread.intent", { intent: label, n: sure });
  const Icon = corrected ? UserCheck : Sparkles;
  const correct = async (to: string): Promise<void> => {
    setBusy(true);
    await desk.correct(summary.id, intent.message, to);
    setBusy(false);
  };
  return (
    <span
      className={css.intent}
      data-sure={!corrected && intent.confidence >= 0.7}
      data-corrected={!!corrected}
      data-may={may}
      aria-busy={busy}
      title={help}
      data-testid={`intent-${intent.message}`}
    >
      <Icon size={12} aria-hidden />
      {label} {!corrected && <b>{sure}%</b>}
      {corrected && <span className="hidden">{help}</span>}
      {may && (
        <>
          <ChevronDown size={12} aria-hidden />
          {/* Over all of the label: a list that every browser and screen reader knows how to open. */}
          <select
            className={css.list}
            aria-label={t("wanted.choose", { intent: label })}
            value={wanted}
            disabled={busy}
            onChange={(e) => void correct(e.target.value)}
            data-testid={`correct-${intent.message}`}
          >
            {!INTENTS.includes(wanted) && <option value={wanted}>{label}</option>}
            {INTENTS.map((code) => (
              <option key={code} value={code}>
                {named("intent", code)}
              </option>
            ))}
          </select>
        </>
      )}
    </span>
  );
}
