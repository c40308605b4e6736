import { useState, type FormEvent, type ReactNode } from "react";
import type { Agent, Summary } from "../../../shared/protocol";
import type { Target } from "../desk/api";
import { useAgents, useDesk, useDeskState } from "../desk/context";
import { skillsOf } from "../desk/skills";
import { useWords } from "../i18n";
import { toast } from "../ui/toasts";
import { Area, Button, Dialog } from "../ui/ui";
import { AgentChoice } from "./AgentChoice";
import { InsertSummary } from "./assist/SummaryDialog";
import css from "./TransferDialog.module.css";

/** Hands a conversation to a colleague, a queue or whoever has a skill. What waits can only be given to an agent, by supervisors. */
export function TransferDialog({ summary, onClose }: { summary: Summary; onClose: () => void }) {
  const { t } = useWords();
  const { desk } = useDesk();
  const me = useDeskState((s) => s.me);
  const { data } = useAgents(true);
  const [busy, setBusy] = useState(false);
  const [to, setTo] = useState<Target>({});
  const [level, setLevel] = useState(1);

  const waits = summary.status === "queued";
  const colleagues = (data ?? [])
    .filter((a) => a.id !== me?.id && a.id !== summary.owner && a.presence === "online" && a.queues.includes(summary.queue || "general"))
    .sort((a, b) => room(b) - room(a));
  const queues = [...new Set([summary.queue, ...(me?.queues ?? []), ...(data ?? []).flatMap((a) => a.queues)])].filter(Boolean).sort();
  const skills = skillsOf(data ?? []);
  const highest = (to.skill && skills.get(to.skill)) || 1;

  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const note = String(new FormData(event.currentTarget).get("note") ?? "").trim();
    setBusy(true);
    const target = to.skill ? { ...to, level: Math.min(level, highest) } : to;
    if (await desk.transfer(summary.id, { ...target, ...(note ? { note } : {}) })) {
      const name = to.agent ? (colleagues.find((a) => a.id === to.agent)?.name ?? to.agent) : (to.queue ?? to.skill ?? "");
      toast("done", t(waits ? "transfer.give_done" : to.skill ? "transfer.skill_done" : "transfer.done", { to: name }));
      onClose();
    } else setBusy(false);
  };

  return (
    <Dialog title={t(waits ? "transfer.give_title" : "transfer.title")} onClose={onClose}>
      <form className={css.form} onSubmit={(e) => void submit(e)} data-testid="transfer-form">
        <p className={css.lead}>{t(waits ? "transfer.lead_give" : "transfer.lead")}</p>
        <fieldset>
          <legend>{t("transfer.agents")}</legend>
          {data && colleagues.length === 0 && <p className={css.lead}>{t(waits ? "transfer.give_nobody" : "transfer.nobody")}</p>}
          <div className={css.choices}>
            {colleagues.map((a) => (
              <AgentChoice
                key={a.id}
                agent={a}
                chosen={to.agent === a.id}
                disabled={room(a) <= 0}
                onChoose={() => setTo({ agent: a.id })}
                testId={`transfer-agent-${a.id}`}
              >
                {room(a) > 0 ? `${a.load} / ${a.capacity}` : t("transfer.full")}
              </AgentChoice>
            ))}
          </div>
        </fieldset>
        {!waits && (
          <Pills legend={t("transfer.queues")} names={queues} chosen={to.queue} onChoose={(queue) => setTo({ queue })} testId="queue" />
        )}
        {!waits && skills.size > 0 && (
          <Pills
            legend={t("transfer.skills")}
            names={[...skills.keys()]}
            chosen={to.skill}
            onChoose={(skill) => setTo({ skill })}
            testId="skill"
          >
            {to.skill && (
              <label className={css.level}>
                {t("transfer.level")}
                <select value={Math.min(level, highest)} onChange={(e) => setLevel(Number(e.target.value))} data-testid="transfer-level">
                  {Array.from({ length: highest }, (_, i) => (
                    <option key={i}>{i + 1}</option>
                  ))}
                </select>
              </label>
            )}
          </Pills>
        )}
        <InsertSummary conversation={summary.id} field="note" />
        <Area label={t("transfer.note")} name="note" rows={2} maxLength={4000} data-testid="transfer-note" />
        <div className={css.actions}>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button look="primary" type="submit" disabled={Object.keys(to).length === 0 || busy} data-testid="transfer-submit">
            {t(waits ? "transfer.give_submit" : "transfer.submit")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Pills({
  legend,
  names,
  chosen,
  onChoose,
  testId,
  children,
}: {
  legend: string;
  names: string[];
  chosen: string | undefined;
  onChoose: (name: string) => void;
  testId: string;
  children?: ReactNode;
}) {
  return (
    <fieldset>
      <legend>{legend}</legend>
      <div className={css.queues}>
        {names.map((name) => (
          <label key={name} className={css.queue} data-testid={`transfer-${testId}-${name}`}>
            <input type="radio" name="to" value={name} checked={chosen === name} onChange={() => onChoose(name)} />
            <span>{name}</span>
          </label>
        ))}
      </div>
      {children}
    </fieldset>
  );
}

function room(a: Agent): number {
  return a.capacity - a.load;
}
