import { NotebookText, Zap } from "lucide-react";
import { useState } from "react";
import { createPortal } from "react-dom";
import type { Summary } from "../../../../shared/protocol";
import { useDeskState } from "../../desk/context";
import { useWords } from "../../i18n";
import { Button } from "../../ui/ui";
import { MacroDialog } from "./MacroDialog";
import { SummaryDialog } from "./SummaryDialog";

interface Props {
  summary: Summary;
  /** Whether the reader may use macros: only on a conversation of their own. */
  own: boolean;
  /** Macros are asked for by a key. */
  wantsMacro: boolean;
  onMacro: (open: boolean) => void;
  onInsert: (text: string, foreign: boolean) => void;
}

/** The composer's buttons for macros and the summary. */
export function AssistBar({ summary: s, own, wantsMacro, onMacro, onInsert }: Props) {
  const { t } = useWords();
  const thread = useDeskState((d) => d.threads[s.id]);
  const [summing, setSumming] = useState(false);
  const leads = useDeskState((d) => d.role === "supervisor");
  return (
    <>
      {own && (
        <Button look="quiet" small icon aria-label={t("macro.open")} title={t("macro.open")} onClick={() => onMacro(true)} data-testid="macros-open">
          <Zap size={16} aria-hidden />
        </Button>
      )}
      <Button look="quiet" small icon aria-label={t("summary.open")} title={t("summary.open")} onClick={() => setSumming(true)} data-testid="summary-open">
        <NotebookText size={16} aria-hidden />
      </Button>
      {/* Not within the composer, whose looks are not theirs. */}
      {createPortal(
        <>
          {wantsMacro && thread && <MacroDialog summary={s} thread={thread} onInsert={onInsert} onClose={() => onMacro(false)} />}
          {summing && <SummaryDialog conversation={s.id} mayAsk={own || leads} onClose={() => setSumming(false)} />}
        </>,
        document.body,
      )}
    </>
  );
}
