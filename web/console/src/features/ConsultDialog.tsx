import { useState, type FormEvent } from "react";
import type { Agent, Presence, Summary } from "../../../shared/protocol";
import { useAgents, useDesk, useDeskState } from "../desk/context";
import { consultedOf } from "../desk/standing";
import type { Thread } from "../desk/thread";
import { useWords } from "../i18n";
import { toast } from "../ui/toasts";
import { Area, Button, Dialog } from "../ui/ui";
import { AgentChoice } from "./AgentChoice";
import css from "./TransferDialog.module.css";

const PRESENT: Record<Presence, number> = { online: 0, away: 1, offline: 2 };

/** Asks a colleague. They need no room, and need not be there: the question waits for them. */
export function ConsultDialog({ summary, thread, onClose }: { summary: Summary; thread: Thread; onClose: () => void }) {
  const { t } = useWords();
  const { desk } = useDesk();
  const me = useDeskState((s) => s.me?.id);
  const { data } = useAgents(true);
  const [busy, setBusy] = useState(false);
  const [agent, setAgent] = useState("");
  const [question, setQuestion] = useState("");
  const asked = consultedOf(thread);
  const colleagues = (data ?? []).filter((a) => a.id !== me && a.id !== summary.owner && !asked.includes(a.id) && a.queues.includes(summary.queue || "general")).sort(byPresence);

  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    if (await desk.consult(summary.id, agent, question.trim())) {
      toast("done", t("consult.done", { to: colleagues.find((a) => a.id === agent)?.name ?? agent }));
      onClose();
    } else setBusy(false);
  };

  return (
    <Dialog title={t("consult.title")} onClose={onClose}>
      <form className={css.form} onSubmit={(e) => void submit(e)} data-testid="consult-form">
        <p className={css.lead}>{t("consult.lead")}</p>
        <fieldset>
          <legend>{t("consult.agents")}</legend>
          {data && colleagues.length === 0 && <p className={css.lead}>{t("consult.nobody")}</p>}
          <div className={css.choices}>
            {colleagues.map((a) => (
              <AgentChoice
                key={a.id}
                agent={a}
                chosen={agent === a.id}
                onChoose={() => setAgent(a.id)}
                testId={`consult-agent-${a.id}`}
              >
                <i className={css.presence} data-presence={a.presence} aria-hidden />
                {t(`presence.${a.presence}`)}
              </AgentChoice>
            ))}
          </div>
        </fieldset>
        <Area
          label={t("consult.question")}
          rows={3}
          maxLength={4000}
          value={question}
          onChange={(e) => setQuestion(e.target.value)}
          data-testid="consult-question"
        />
        <div className={css.actions}>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button look="primary" type="submit" disabled={!agent || !question.trim() || busy} data-testid="consult-submit">
            {t("consult.submit")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function byPresence(a: Agent, b: Agent): number {
  return PRESENT[a.presence] - PRESENT[b.presence] || a.name.localeCompare(b.name);
}
