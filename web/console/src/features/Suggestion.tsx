import { Sparkles } from "lucide-react";
import { useState } from "react";
import { useDeskState } from "../desk/context";
import { keepSettled, settledOf } from "../desk/keep";
import { suggestionOf } from "../desk/standing";
import { useWords } from "../i18n";
import { Button } from "../ui/ui";
import css from "./Suggestion.module.css";

/** What the bot would answer, until the agent has used it, dismissed it or answered. */
export function Suggestion({
  conversation: id,
  onUse,
  onDismiss,
}: {
  conversation: string;
  onUse: (text: string) => void;
  onDismiss: () => void;
}) {
  const { t, named } = useWords();
  const suggested = useDeskState((s) => (s.threads[id] ? suggestionOf(s.threads[id]) : null));
  const [settled, setSettled] = useState(() => settledOf(id));
  if (!suggested || suggested.no <= settled) return null;
  const settle = (): void => {
    keepSettled(id, suggested.no);
    setSettled(suggested.no);
  };
  return (
    <section className={css.suggestion} aria-label={t("suggestion.title")} data-testid="suggestion">
      <p className={css.head}>
        <Sparkles size={14} aria-hidden />
        <b>{t("suggestion.title")}</b>
        {suggested.intent && <span>{named("intent", suggested.intent)}</span>}
      </p>
      {/* Focusable, so that the arrow keys scroll it. */}
      <p className={css.text} tabIndex={0} role="group" aria-label={t("suggestion.title")}>
        {suggested.text}
      </p>
      <div className={css.buttons}>
        <Button
          small
          title={t("suggestion.use_help")}
          onClick={() => {
            settle();
            onUse(suggested.text);
          }}
          data-testid="suggestion-use"
        >
          {t("suggestion.use")}
        </Button>
        <Button
          look="quiet"
          small
          onClick={() => {
            settle();
            onDismiss();
          }}
          data-testid="suggestion-dismiss"
        >
          {t("suggestion.dismiss")}
        </Button>
      </div>
    </section>
  );
}
