import { PenLine } from "lucide-react";
import type { Summary } from "../../../../shared/protocol";
import { useDeskState } from "../../desk/context";
import { isStale, type Draft } from "../../desk/drafts";
import { base, foreign } from "../../desk/translations";
import { useWords } from "../../i18n";
import { Button } from "../../ui/ui";
import { DraftMissing, DraftWords } from "./DraftWords";
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
  summary: Summary;
  /** `foreign`: it is in another language than the customer's. */
  onUse: (text: string, foreign: boolean) => void;
  onDismiss: () => void;
}

/** The draft with its sources beside it, or plainly why there is none. */
export function DraftPanel({ drafting: d, summary: s, onUse, onDismiss }: Props) {
  const dismiss = (): void => {
    d.dismiss();
    onDismiss();
  };
  // Always there, so that screen readers hear what comes into it.
  return (
    <div role="status" className={css.live}>
      <DraftMissing drafting={d} onDismiss={dismiss} />
      {d.draft && !d.draft.refused && (
        <Ready
          draft={d.draft}
          conversation={s.id}
          onUse={(made) => {
            d.dismiss();
            onUse(made.ready, !!foreign(base(made.language ?? ""), s.language));
          }}
          onDismiss={dismiss}
        />
      )}
    </div>
  );
}

function Ready({ draft, conversation, onUse, onDismiss }: { draft: Draft; conversation: string; onUse: (draft: Draft) => void; onDismiss: () => void }) {
  const { t } = useWords();
  const stale = useDeskState((s) => !!s.threads[conversation] && isStale(s.threads[conversation], draft.message));
  return (
    <section className={css.draft} aria-label={t("draft.title")} data-testid="draft">
      <DraftWords draft={draft} />
      <div className={css.foot}>
        <p data-stale={stale}>{t(stale ? "draft.stale" : "draft.check")}</p>
        <Button small onClick={() => onUse(draft)} title={t("suggestion.use_help")} data-testid="draft-use">
          {t("draft.use")}
        </Button>
        <Button look="quiet" small onClick={onDismiss} data-testid="draft-dismiss">
          {t("suggestion.dismiss")}
        </Button>
      </div>
    </section>
  );
}
