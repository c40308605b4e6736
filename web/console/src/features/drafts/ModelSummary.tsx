import { PenLine } from "lucide-react";
import type { MessageReceived, MessageSent } from "../../../../shared/protocol";
import { useAgentName, useDeskState } from "../../desk/context";
import { withQuotes } from "../../desk/drafts";
import { useWords } from "../../i18n";
import { useTimes } from "../../ui/time";
import { Button } from "../../ui/ui";
import { DraftMissing, DraftWords } from "./DraftWords";
import type { Drafting } from "./useDraft";
import css from "./Draft.module.css";

/** The conversation in the large model's own words, with the messages they stand on. Asked for by a click: it costs something. */
export function ModelSummary({ drafting: d, conversation: id }: { drafting: Drafting; conversation: string }) {
  const { t } = useWords();
  const thread = useDeskState((s) => s.threads[id]);
  const nameOf = useAgentName();
  const times = useTimes();
  if (!d.on || !thread) return null;
  const draft = d.draft && !d.draft.refused ? d.draft : null;
  const who = (e: MessageReceived | MessageSent): string =>
    e.type === "message_received" ? t("draft.customer") : e.author === "agent" ? nameOf(e.author_id ?? "") : t("draft.bot");
  return (
    <>
      <div role="status" className={css.live}>
        <DraftMissing drafting={d} onDismiss={d.dismiss} />
        {draft && (
          <section className={css.draft} aria-label={t("draft.title")} data-testid="summary-written">
            <DraftWords
              draft={withQuotes(draft, thread, (e) => `${who(e)} · ${times.day(e.at)} ${times.clock(e.at)}`)}
            />
            <div className={css.foot}>
              <p>{t("draft.sum_up_check")}</p>
            </div>
          </section>
        )}
      </div>
      {!draft && (
        <Button small className={css.sumUp ?? ""} title={t("draft.sum_up_help")} aria-busy={d.asking} disabled={d.asking} onClick={d.ask} data-testid="summary-write">
          <PenLine size={16} aria-hidden />
          {t(d.asking ? "draft.asking" : "draft.sum_up")}
        </Button>
      )}
    </>
  );
}
