import { useState, type FormEvent } from "react";
import type { Agent, Summary } from "../../../shared/protocol";
import { useAgents, useDesk, useDeskState } from "../desk/context";
import { useWords } from "../i18n";
import { toast } from "../ui/toasts";
import { Area, Avatar, Button, Dialog } from "../ui/ui";
import css from "./TransferDialog.module.css";

export function TransferDialog({ summary, onClose }: { summary: Summary; onClose: () => void }) {
  const { t } = useWords();
  const { desk } = useDesk();
  const me = useDeskState((s) => s.me);
  const { data } = useAgents(true);
  const [busy, setBusy] = useState(false);
  const [to, setTo] = useState("");

  const colleagues = (data ?? []).filter((a) => a.id !== me?.id && a.presence === "online").sort((a, b) => room(b) - room(a));
  const queues = [...new Set([summary.queue, ...(me?.queues ?? []), ...(data ?? []).flatMap((a) => a.queues)])].filter(Boolean).sort();

  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const note = String(new FormData(event.currentTarget).get("note") ?? "").trim();
    const [kind = "", ...rest] = to.split(":");
    const target = rest.join(":");
    setBusy(true);
    const done = await desk.transfer(summary.id, { [kind]: target, ...(note ? { note } : {}) });
    if (done) {
      toast("done", t("transfer.done", { to: kind === "agent" ? (colleagues.find((a) => a.id === target)?.name ?? target) : target }));
      onClose();
    } else setBusy(false);
  };

  return (
    <Dialog title={t("transfer.title")} onClose={onClose}>
      <form className={css.form} onSubmit={(e) => void submit(e)} data-testid="transfer-form">
        <p className={css.lead}>{t("transfer.lead")}</p>
        <fieldset>
          <legend>{t("transfer.agents")}</legend>
          {colleagues.length === 0 && <p className={css.lead}>{t("transfer.nobody")}</p>}
          {colleagues.map((a) => (
            <label key={a.id} className={css.choice} data-testid={`transfer-agent-${a.id}`}>
              <input
                type="radio"
                name="to"
                value={a.id}
                checked={to === `agent:${a.id}`}
                disabled={room(a) <= 0}
                onChange={() => setTo(`agent:${a.id}`)}
              />
              <Avatar name={a.name} size={28} />
              <span className={css.name}>{a.name}</span>
              <span className={css.room}>{room(a) > 0 ? `${a.load} / ${a.capacity}` : t("transfer.full")}</span>
            </label>
          ))}
        </fieldset>
        <fieldset>
          <legend>{t("transfer.queues")}</legend>
          <div className={css.queues}>
            {queues.map((q) => (
              <label key={q} className={css.queue} data-testid={`transfer-queue-${q}`}>
                <input type="radio" name="to" value={q} checked={to === `queue:${q}`} onChange={() => setTo(`queue:${q}`)} />
                <span>{q}</span>
              </label>
            ))}
          </div>
        </fieldset>
        <Area label={t("transfer.note")} name="note" rows={2} maxLength={4000} data-testid="transfer-note" />
        <div className={css.actions}>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button look="primary" type="submit" disabled={!to || busy} data-testid="transfer-submit">
            {t("transfer.submit")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function room(a: Agent): number {
  return a.capacity - a.load;
}
