import { PenLine, WandSparkles } from "lucide-react";
import { useDeskState } from "../../desk/context";
import { citedOf, isStale, money, piecesOf, type Draft } from "../../desk/drafts";
import { useWords } from "../../i18n";
import { Button } from "../../ui/ui";
import type { Drafting } from "./useDraft";
import css from "./Draft.module.css";

/** Asks the company's large model for a draft. Not there where the company has none. */
export function DraftButton({ drafting: d }: { drafting: Drafting }) {
  const { t } = useWords();
  if (!d.on) return null;
  return (
    <Button
      look="quiet"
      small
      className={css.ask ?? ""}
      title={t("draft.ask_help")}
      aria-label={t(d.asking ? "draft.asking" : "draft.ask")}
      aria-busy={d.asking}
      disabled={d.asking}
      onClick={d.ask}
      data-testid="draft-ask"
    >
      <PenLine size={16} aria-hidden />
      <span>{t(d.asking ? "draft.asking" : "draft.ask")}</span>
    </Button>
  );
}

interface Props {
  drafting: Drafting;
  conversation: string;
  onUse: (text: string) => void;
  onDismiss: () => void;
}

/** The draft with its sources beside it, or plainly why there is none. */
export function DraftPanel({ drafting: d, conversation, onUse, onDismiss }: Props) {
  const { t, named } = useWords();
  const dismiss = (): void => {
    d.dismiss();
    onDismiss();
  };
  // Always there, so that screen readers hear what comes into it.
  return (
    <div role="status" className={css.live}>
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
          <Button look="quiet" small onClick={dismiss} data-testid="draft-dismiss">
            {t("suggestion.dismiss")}
          </Button>
        </p>
      )}
      {d.draft && !d.draft.refused && (
        <Ready
          draft={d.draft}
          conversation={conversation}
          onUse={() => {
            const ready = d.draft?.ready ?? "";
            d.dismiss();
            onUse(ready);
          }}
          onDismiss={dismiss}
        />
      )}
    </div>
  );
}

function Ready({ draft, conversation, onUse, onDismiss }: { draft: Draft; conversation: string; onUse: () => void; onDismiss: () => void }) {
  const { t, language } = useWords();
  const stale = useDeskState((s) => !!s.threads[conversation] && isStale(s.threads[conversation], draft.message));
  return (
    <section className={css.draft} aria-label={t("draft.title")} data-testid="draft">
      <p className={css.head}>
        <WandSparkles size={14} aria-hidden />
        <b>{t("draft.title")}</b>
        <span>
          {t("draft.cost", { n: draft.tokens_in + draft.tokens_out, cost: money(draft.cost, draft.currency, language) })}
        </span>
      </p>
      {/* Focusable, so that the arrow keys scroll it. */}
      <p className={css.text} tabIndex={0} role="group" aria-label={t("draft.title")} data-testid="draft-text">
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
      <div className={css.foot}>
        <p data-stale={stale}>{t(stale ? "draft.stale" : "draft.check")}</p>
        <Button small onClick={onUse} title={t("suggestion.use_help")} data-testid="draft-use">
          {t("draft.use")}
        </Button>
        <Button look="quiet" small onClick={onDismiss} data-testid="draft-dismiss">
          {t("suggestion.dismiss")}
        </Button>
      </div>
    </section>
  );
}
