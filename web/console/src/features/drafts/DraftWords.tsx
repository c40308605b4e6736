import { WandSparkles } from "lucide-react";
import { citedOf, money, piecesOf, type Draft } from "../../desk/drafts";
import { useWords } from "../../i18n";
import { Button } from "../../ui/ui";
import type { Drafting } from "./useDraft";
import css from "./Draft.module.css";

/** What the large model wrote and what it cost, and below the text the sources that it names. */
export function DraftWords({ draft }: { draft: Draft }) {
  const { t, language } = useWords();
  return (
    <>
      <p className={css.head}>
        <WandSparkles size={14} aria-hidden />
        <b>{t("draft.title")}</b>
        <span>{t("draft.cost", { n: draft.tokens_in + draft.tokens_out, cost: money(draft.cost, draft.currency, language) })}</span>
      </p>
      {/* Focusable, so that the arrow keys scroll it. */}
      <div className={css.body} tabIndex={0} role="group" aria-label={t("draft.title")}>
        <p className={css.text} lang={draft.language} data-testid="draft-text">
          {piecesOf(draft.text).map((piece, i) =>
            "text" in piece ? (
              <span key={i}>{piece.text}</span>
            ) : (
              <sup key={i} aria-label={t("draft.source_of", { n: piece.numbers.join(", ") })}>
                {piece.numbers.join(", ")}
              </sup>
            ),
          )}
        </p>
        <ol className={css.sources} aria-label={t("draft.sources")}>
          {citedOf(draft).map((s) => (
            <li key={s.number} value={s.number}>
              <details>
                <summary data-testid={`draft-source-${s.number}`}>
                  <b>{s.number}</b>
                  <bdi>{s.title}</bdi>
                </summary>
                <p dir="auto">{s.text || t("draft.source_gone")}</p>
              </details>
            </li>
          ))}
        </ol>
      </div>
    </>
  );
}

/** Plainly why there is nothing. */
export function DraftMissing({ drafting: d, onDismiss }: { drafting: Drafting; onDismiss: () => void }) {
  const { t, named } = useWords();
  return (
    <>
      {d.failed && (
        <p className={css.refused} data-testid="draft-failed">
          <span>{named("error", d.failed)}</span>
          <Button look="link" onClick={d.ask}>
            {t("app.retry")}
          </Button>
        </p>
      )}
      {d.draft?.refused && (
        <p className={css.refused} data-testid="draft-refused">
          <span>
            <b>{t("draft.none")}</b> {named("refused", d.draft.refused)}
          </span>
          <Button look="quiet" small onClick={onDismiss} data-testid="draft-dismiss">
            {t("suggestion.dismiss")}
          </Button>
        </p>
      )}
    </>
  );
}
