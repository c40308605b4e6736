import { Angry, Frown } from "lucide-react";
import type { IntentDetected, Summary } from "../../../shared/protocol";
import { useDeskState } from "../desk/context";
import { feelingOf } from "../desk/feeling";
import { isAngry } from "../desk/state";
import { useWords, type Key } from "../i18n";
import css from "./Feeling.module.css";

/** How the customer feels over the conversation; above all anger that nobody has answered. Nothing where all is well. */
export function Feeling({ summary: s }: { summary: Summary }) {
  const alarm = useDeskState((d) => isAngry(d, s.id));
  const felt = alarm ? "alarm" : feelingOf(s.feeling);
  return felt && <Mark bad={felt !== "unhappy"} words={`feeling.${felt}`} help={`feeling.${felt}_help`} testId={alarm ? "anger" : "feeling"} />;
}

/** How one message sounds. */
export function Mood({ intent: { message, sentiment, anger } }: { intent: IntentDetected }) {
  if (sentiment !== "angry" && sentiment !== "negative") return null;
  const n = Math.round(anger * 100);
  return <Mark bad={sentiment === "angry"} words={`mood.${sentiment}`} help={`mood.${sentiment}_help`} n={n} testId={`mood-${message}`} />;
}

function Mark({ bad, words, help, n, testId }: { bad: boolean; words: Key; help: Key; n?: number; testId: string }) {
  const { t } = useWords();
  const Icon = bad ? Angry : Frown;
  return (
    <span className={css.mark} data-bad={bad} title={t(help, n === undefined ? undefined : { n })} data-testid={testId}>
      <Icon size={12} strokeWidth={2.4} aria-hidden />
      {t(words)}
    </span>
  );
}
