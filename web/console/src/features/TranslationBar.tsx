import { Check, Languages } from "lucide-react";
import { useEffect, useMemo } from "react";
import type { Summary } from "../../../shared/protocol";
import { useDesk, useDeskState } from "../desk/context";
import type { Thread } from "../desk/thread";
import { base, isPassing, LANGUAGES, unread } from "../desk/translations";
import { languageName, useWords } from "../i18n";
import { Button } from "../ui/ui";
import { useReading } from "./useReading";
import css from "./Translation.module.css";

/** Whether the customer's language is known to be another than the reader's, or the conversation is translated already. */
function useTwoLanguages(s: Summary): boolean {
  const { language, mine } = useReading(s.id);
  const customers = base(s.language);
  return !!language || (!!customers && customers !== mine);
}

/** Opens the bar where it is not there by itself. */
export function TranslationButton({ summary, open, onClick }: { summary: Summary; open: boolean; onClick: () => void }) {
  const { t } = useWords();
  if (useTwoLanguages(summary)) return null;
  return (
    <Button
      look="quiet"
      icon
      className={css.start ?? ""}
      aria-label={t("translation.label")}
      aria-expanded={open}
      title={t("translation.label")}
      onClick={onClick}
      data-testid="translation-open"
    >
      <Languages size={18} aria-hidden />
    </Button>
  );
}

/** Offers to read and answer the customer in one's own language, where that is another, or where it was asked for (`open`). */
export function TranslationBar({ summary: s, thread, open }: { summary: Summary; thread: Thread; open: boolean }) {
  const { t, language: console_ } = useWords();
  const { desk } = useDesk();
  const { language, mine, choose } = useReading(s.id);
  const me = useDeskState((d) => d.me?.id ?? "");
  const asked = useDeskState((d) => d.translations[s.id]?.[language]);
  const missing = useMemo(() => (language ? unread(thread, asked, language, me) : []), [thread, asked, language, me]);
  useEffect(() => {
    if (missing.length > 0) desk.translate(s.id, missing, language);
  }, [desk, s.id, missing, language]);

  const two = useTwoLanguages(s);
  const customers = base(s.language);
  const offered = language || mine;
  const again = Object.values(asked ?? {}).some((one) => isPassing(one.reason ?? ""));
  if (!two && !open) return null;
  const name = languageName(offered, console_);
  return (
    <section className={css.bar} aria-label={t("translation.label")} data-testid="translation">
      <Languages size={16} aria-hidden />
      <p>{customers && t("translation.writes", { language: languageName(customers, console_) })}</p>
      {again && (
        <Button look="link" onClick={() => desk.translateAgain(s.id, language)} data-testid="translate-again">
          {t("translation.again")}
        </Button>
      )}
      <Button
        small
        aria-pressed={!!language}
        onClick={() => choose(language ? "" : offered)}
        data-testid="translate"
      >
        {language && <Check size={14} strokeWidth={2.4} aria-hidden />}
        {t("translation.toggle", { language: name })}
      </Button>
      <select
        aria-label={t("translation.mine")}
        title={t("translation.mine")}
        value={offered}
        onChange={(e) => choose(e.target.value)}
        data-testid="translate-language"
      >
        {Object.entries(LANGUAGES).map(([code, own]) => (
          <option key={code} value={code} lang={code}>
            {own}
          </option>
        ))}
      </select>
    </section>
  );
}
