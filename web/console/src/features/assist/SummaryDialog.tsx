import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useAgentName, useDesk, useDeskState } from "../../desk/context";
import type { Digest } from "../../desk/help";
import { useWords } from "../../i18n";
import { useTimes } from "../../ui/time";
import { toast } from "../../ui/toasts";
import { Button, Dialog } from "../../ui/ui";
import { ModelSummary } from "../drafts/ModelSummary";
import { useDraft } from "../drafts/useDraft";
import { summaryLines, summaryNote, type Line } from "./summary";
import css from "./SummaryDialog.module.css";

interface Props {
  conversation: string;
  /** Whether the reader may have the large model asked: where they may work on the conversation. */
  mayAsk: boolean;
  onClose: () => void;
}

/** The conversation at a glance, and as a note for colleagues with one click more. */
export function SummaryDialog({ conversation: id, mayAsk, onClose }: Props) {
  const { t, language } = useWords();
  const { desk, api } = useDesk();
  const told = useTold();
  const { data, error } = useQuery({ queryKey: ["summary", id], queryFn: () => api.summary(id), staleTime: 0, gcTime: 0 });
  const drafting = useDraft(id, "summary", language);
  const written = drafting.shown ? (drafting.draft?.ready ?? "") : "";
  const lines = data ? told(data) : [];
  const note = (): void => {
    if (!data) return;
    desk.send(id, "note", summaryNote(written ? [...lines, [t("draft.model"), written]] : lines, t));
    toast("done", t("summary.noted"));
    onClose();
  };
  return (
    <Dialog title={t("summary.title")} onClose={onClose}>
      <div className={css.summary} data-testid="summary">
        {!data && <p className={css.state}>{t(error ? "summary.failed" : "summary.loading")}</p>}
        {data && (
          <dl>
            {lines.map(([label, said]) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd dir="auto">{said}</dd>
              </div>
            ))}
          </dl>
        )}
        {mayAsk && <ModelSummary drafting={drafting} conversation={id} />}
        <div className={css.buttons}>
          <Button look="primary" disabled={!data} onClick={note} data-testid="summary-note">
            {t("summary.note")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

/** Puts the summary in front of what stands in a field of the form around it. */
export function InsertSummary({ conversation: id, field }: { conversation: string; field: string }) {
  const { t, named } = useWords();
  const { api } = useDesk();
  const told = useTold();
  const [busy, setBusy] = useState(false);
  const insert = async (form: HTMLFormElement | null): Promise<void> => {
    setBusy(true);
    try {
      const digest = await api.summary(id);
      const area = form?.elements.namedItem(field);
      if (area instanceof HTMLTextAreaElement) {
        area.value = [summaryNote(told(digest), t), area.value.trim()].filter(Boolean).join("\n\n");
        area.rows = 8;
        area.focus();
      }
    } catch {
      toast("error", named("error", "unavailable"));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button small className={css.insert ?? ""} disabled={busy} onClick={(e) => void insert(e.currentTarget.form)} data-testid="insert-summary">
      {t("summary.insert")}
    </Button>
  );
}

function useTold(): (digest: Digest) => Line[] {
  const { t } = useWords();
  const named = useAgentName();
  const me = useDeskState((s) => s.me);
  const nameOf = (id: string): string => (id === me?.id ? me.name : named(id)); // it is told to others, too
  const times = useTimes();
  return (digest) => summaryLines(digest, t, nameOf, (iso) => `${times.day(iso)} ${times.clock(iso)}`);
}
