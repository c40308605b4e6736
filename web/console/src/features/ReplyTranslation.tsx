import { Languages, TriangleAlert } from "lucide-react";
import { useLayoutEffect, useRef, useState } from "react";
import type { Summary } from "../../../shared/protocol";
import { ApiError } from "../desk/api";
import { useDesk } from "../desk/context";
import { base, UNREACHED, type OwnWords, type Translation } from "../desk/translations";
import { languageName, useWords } from "../i18n";
import { useReading } from "./useReading";
import css from "./Translation.module.css";

export interface ReplyInTwo {
  /** The customer's language is another than the one the agent reads in. */
  active: boolean;
  /** The agent has seen what these words become: what goes out, and their own words if that is a translation. Null: not yet. */
  ready: (words: string) => { text: string; own?: OwnWords } | null;
  /** Whether what goes out is not translated, as the agent has been told. */
  untranslated: (words: string) => boolean;
  /** Has the words translated, to be looked at. */
  ask: (words: string) => void;
  busy: boolean;
  draft: Draft | null;
  edit: (text: string) => void;
  forget: () => void;
}

interface Draft {
  words: string;
  answer: Translation | null;
  /** As the agent left it. */
  text: string;
}

/** By hand: changed by the agent. */
const BY_HAND = "agent";

export function useReplyTranslation(summary: Summary): ReplyInTwo {
  const { api } = useDesk();
  const { language } = useReading(summary.id);
  const [draft, setDraft] = useState<Draft | null>(null);
  const [busy, setBusy] = useState(false);
  const customers = base(summary.language);
  const active = !!language && !!customers && customers !== language;

  const ask = (words: string): void => {
    setBusy(true);
    api
      .translateDraft(summary.id, words, language)
      .catch((error: unknown): Translation => {
        if (!(error instanceof ApiError)) throw error;
        return { text: words, source: language, target: customers, by: "", translated: false, reason: UNREACHED, terms: [] };
      })
      .then((answer) => setDraft({ words, answer, text: answer.text }))
      .finally(() => setBusy(false));
  };
  const of = (words: string): Draft | null => (active && draft?.words === words && draft.answer ? draft : null);
  return {
    active,
    busy,
    draft: active ? draft : null,
    ask,
    ready: (words) => {
      const found = of(words);
      if (!found?.answer) return null;
      const text = found.text.trim();
      if (!text || (!found.answer.translated && text === found.answer.text.trim())) return { text: words };
      const by = text === found.answer.text.trim() ? found.answer.by : BY_HAND;
      return { text, own: { original: words, original_language: language, translated_by: by } };
    },
    untranslated: (words) => {
      const found = of(words);
      return !!found?.answer && !found.answer.translated && found.text.trim() === found.answer.text.trim();
    },
    edit: (text) => setDraft((d) => d && { ...d, text }),
    forget: () => setDraft(null),
  };
}

/** What the customer will get, before it is sent. */
export function ReplyTranslation({ reply, summary, words }: { reply: ReplyInTwo; summary: Summary; words: string }) {
  const { t, named, language } = useWords();
  const { draft, busy } = reply;
  const customers = languageName(base(summary.language), language);
  const stale = draft !== null && draft.words !== words;
  const area = useRef<HTMLTextAreaElement>(null);
  const text = draft?.text;
  useLayoutEffect(() => {
    const el = area.current;
    if (!el) return;
    el.style.height = "auto";
    el.style.height = `${Math.min(el.scrollHeight + 2, 160)}px`;
  }, [text, stale, busy]);
  return (
    <div aria-live="polite">
      {busy && <p className={css.preview}>{t("translation.busy")}</p>}
      {!busy && draft?.answer && !stale && words && (
        <div className={css.preview} data-untranslated={!draft.answer.translated} data-testid="reply-translation">
          <p className={css.head}>
            {draft.answer.translated ? <Languages size={14} aria-hidden /> : <TriangleAlert size={14} aria-hidden />}
            {draft.answer.translated ? (
              <span>
                <b>{t("translation.preview", { language: customers })}</b>
                <span>{t("translation.by", { by: named("translator", draft.answer.by) })}</span>
              </span>
            ) : (
              <b>{t("translation.preview_not", { reason: named("untranslated", draft.answer.reason || "other"), language: customers })}</b>
            )}
          </p>
          {draft.answer.translated && (
            <textarea
              ref={area}
              className={css.area}
              rows={1}
              lang={base(summary.language)}
              value={draft.text}
              aria-label={t("translation.preview", { language: customers })}
              onChange={(e) => reply.edit(e.target.value)}
              data-testid="reply-translation-text"
            />
          )}
          {!draft.answer.translated && draft.answer.terms.length > 0 && (
            <p>
              {t("translation.terms")}{" "}
              {draft.answer.terms.map(([term, other]) => (
                <bdi key={term} className={css.term}>
                  {term} → {other}
                </bdi>
              ))}
            </p>
          )}
        </div>
      )}
    </div>
  );
}
