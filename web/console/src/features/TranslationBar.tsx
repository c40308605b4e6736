import { Languages } from "lucide-react";
import { useEffect, useMemo } from "react";
import type { Summary } from "../../../shared/protocol";
import { useDesk, useDeskState } from "../desk/context";
import type { Thread } from "../desk/thread";
import { base, isPassing, LANGUAGES, unread } from "../desk/translations";
import { languageName, useWords } from "../i18n";
import { Button } from "../ui/ui";
import { useReading } from "./useReading";
import css from "./Translation.module.css";

/** Offers to read and answer the customer in one's own language, where that is another. */
export function TranslationBar({ summary: s, thread }: { summary: Summary; thread: Thread }) {
  const { t, language: console_ } = useWords();
  const { desk } = useDesk();
  const { language, mine, choose } = useReading(s.id);
  const me = useDeskState((d) => d.me?.id ?? "");
  const asked = useDeskState((d) => d.translations[s.id]?.[language]);
  const missing = useMemo(() => (language ? unread(thread, asked, language, me) : []), [thread, asked, language, me]);
  useEffect(() => {
    if (missing.length > 0) desk.translate(s.id, missing, language);
  }, [desk, s.id, missing, language]);

  const customers = base(s.language);
  const offered = language || mine;
  const again = Object.values(asked ?? {}).some((one) => isPassing(one.reason ?? ""));
  if (!language && (!customers || customers === mine)) return null;
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
