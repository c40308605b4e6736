import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Summary } from "../../../../shared/protocol";
import { useDesk, useDeskState } from "../../desk/context";
import type { NextStep } from "../../desk/help";
import { titleOf } from "../../desk/help";
import type { Inserted } from "../../desk/keep";
import type { Thread } from "../../desk/thread";
import { useWords } from "../../i18n";
import { toast } from "../../ui/toasts";
import { ConsultDialog } from "../ConsultDialog";
import { MacroDialog } from "./MacroDialog";
import { stepWords } from "./steps";
import { Suggestions } from "./Suggestions";
import css from "./assist.module.css";

/** Events after which other help may be better. */
const NEWS = new Set([
  "message_received", "intent_detected", "message_sent", "queued", "accepted", "action_done", "flow_ended", "consult_started", "consult_ended", "macro_applied",
  "sla_warned", "sla_breached", "anger_heard",
]); // prettier-ignore

interface Props {
  summary: Summary;
  /** The draft that is on the screen; "": none. */
  draft: string;
  onUse: (text: string, inserted?: Omit<Inserted, "client_id" | "sent">, foreign?: boolean) => void;
  onNote: (text: string) => void;
  onFocus: () => void;
}

/** What helps with the agent's own conversation: the next step, and answers to the customer's last words. */
export function Assist(props: Props) {
  const thread = useDeskState((s) => s.threads[props.summary.id]);
  return thread ? <Helping {...props} thread={thread} /> : null;
}

/** The company's macros and what to do next; asked for anew when something happened. */
export function useAssist(id: string, thread: Thread | undefined) {
  const { api } = useDesk();
  const news = thread?.events.findLast((e) => NEWS.has(e.type))?.no ?? 0;
  return useQuery({ queryKey: ["assist", id, news], queryFn: () => api.assist(id), placeholderData: keepPreviousData, enabled: news > 0 });
}

function Helping({ summary: s, thread, draft, onUse, onNote, onFocus }: Props & { thread: Thread }) {
  const { t, language, named } = useWords();
  const { desk } = useDesk();
  const { data } = useAssist(s.id, thread);
  const [macro, setMacro] = useState("");
  const [consulting, setConsulting] = useState(false);
  const [done, setDone] = useState("");

  const titled = (name: string): string => titleOf(data?.macros.find((m) => m.name === name)?.titles ?? { en: name }, language);
  const asOf = `${s.id} ${data?.steps.map((step) => step.kind).join()}`;
  const steps = (data?.steps ?? []).flatMap((step) => {
    const words = stepWords(step, t, titled);
    return words && done !== `${asOf} ${step.kind}` ? [{ step, words }] : [];
  });

  const take = async (step: NextStep): Promise<void> => {
    const { name, text, queue, action, about } = step.about;
    if (step.do === "macro") return setMacro(name ?? "");
    if (step.do === "consult") return setConsulting(true);
    if (step.do === "reply") return onFocus();
    if (step.do === "transfer" || step.do === "resolve") {
      const gone = step.do === "resolve" ? desk.act(s.id, "resolve") : desk.transfer(s.id, { queue: queue ?? "" });
      if (await gone) toast("done", step.do === "resolve" ? t("toast.resolved") : t("transfer.done", { to: queue ?? "" }));
      return;
    }
    if (step.do === "insert") onUse(text ?? "");
    else onNote(t("next.note", { action: named("call", action ?? ""), about: about ?? "" }));
    setDone(`${asOf} ${step.kind}`);
  };

  return (
    <>
      {steps.length > 0 && (
        <ul className={css.steps} aria-label={t("next.title")} data-testid="next-steps">
          {steps.map(({ step, words }) => (
            <li key={step.kind}>
              <button type="button" onClick={() => void take(step)} title={words.why} data-testid={`step-${step.kind}`}>
                <b>{words.what}</b>
                <span>{words.why}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <Suggestions summary={s} thread={thread} canned={data?.canned ?? null} draft={draft} onUse={onUse} onDismiss={onFocus} />
      {macro && <MacroDialog summary={s} thread={thread} first={macro} onInsert={(words, other) => onUse(words, undefined, other)} onClose={() => setMacro("")} />}
      {consulting && <ConsultDialog summary={s} thread={thread} onClose={() => setConsulting(false)} />}
    </>
  );
}
