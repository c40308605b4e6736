import { useDeskState } from "../../desk/context";
import { money, spentOf } from "../../desk/drafts";
import { useWords } from "../../i18n";
import css from "./Draft.module.css";

/** What the large model has cost in a conversation; nothing where it was never asked. */
export function DraftCost({ conversation }: { conversation: string }) {
  const { t, language } = useWords();
  const thread = useDeskState((s) => s.threads[conversation]);
  const spent = thread ? spentOf(thread) : null;
  if (!spent) return null;
  return (
    <section data-testid="draft-cost">
      <h3>{t("draft.model")}</h3>
      <p className={css.spent}>{t("draft.spent", { n: spent.calls, tokens: spent.tokens, cost: money(spent.cost, spent.currency, language) })}</p>
    </section>
  );
}
