import { Languages } from "lucide-react";
import { useState, type ReactNode } from "react";
import type { MessageReceived, MessageSent } from "../../../shared/protocol";
import { useDeskState } from "../desk/context";
import { base, readingOf } from "../desk/translations";
import { languageName, useWords } from "../i18n";
import { Button } from "../ui/ui";
import { useReading } from "./useReading";
import css from "./Translation.module.css";

/** What of a message to show: its own text, or one in another language; and the line that says so. */
interface Shown {
  /** Null: the text as it is. */
  text: string | null;
  lang: string;
  line: ReactNode;
}

/** A message in the reader's language, or as the agent wrote it, with the other one click away. */
export function useTranslated(id: string, event: MessageReceived | MessageSent): Shown {
  const { t, named, language: console_ } = useWords();
  const { language } = useReading(id);
  const thread = useDeskState((s) => s.threads[id]);
  const asked = useDeskState((s) => s.translations[id]?.[language]);
  const me = useDeskState((s) => s.me?.id);
  const [turned, setTurned] = useState(false);

  const own = event.type === "message_sent" && event.original ? event : null;
  const readers = own && (own.author_id === me || base(own.original_language ?? "") === language);
  if (own?.original && (readers || !language))
    return {
      text: turned ? own.original : null,
      lang: turned ? (own.original_language ?? "") : "",
      line: (
        <Line
          message={event.message}
          words={t("translation.sent", { by: named("translator", own.translated_by ?? "") })}
          turn={t(turned ? "translation.what_was_sent" : "translation.own_words")}
          turned={turned}
          onTurn={() => setTurned(!turned)}
        />
      ),
    };
  const reading = language && thread ? readingOf(thread, asked, event.message, language) : null;
  if (!reading) return { text: null, lang: "", line: null };
  if (reading.reason)
    return {
      text: null,
      lang: "",
      line: (
        <span className={css.untranslated} data-testid={`untranslated-${event.message}`}>
          <Languages size={12} aria-hidden />
          <span>
            {t("translation.not", { reason: named("untranslated", reason(reading.reason)) })}
            {reading.terms.map(([term, other]) => (
              <bdi key={term} className={css.term}>
                {term} → {other}
              </bdi>
            ))}
          </span>
        </span>
      ),
    };
  return {
    text: turned ? null : reading.text,
    lang: turned ? "" : language,
    line: (
      <Line
        message={event.message}
        words={t("translation.by", { by: named("translator", reading.by) })}
        turn={turned ? t("translation.in", { language: languageName(language, console_) }) : t("translation.original")}
        turned={turned}
        onTurn={() => setTurned(!turned)}
      />
    ),
  };
}

/** A code of a newer server is a reason too. */
export function reason(code: string): string {
  return code || "other";
}

function Line({
  message,
  words,
  turn,
  turned,
  onTurn,
}: {
  message: string;
  words: string;
  turn: string;
  turned: boolean;
  onTurn: () => void;
}) {
  return (
    <span className={css.translated} data-testid={`translated-${message}`}>
      <Languages size={12} aria-hidden />
      {words}
      <Button look="link" aria-pressed={turned} onClick={onTurn} data-testid={`original-${message}`}>
        {turn}
      </Button>
    </span>
  );
}
