import { MessageCircleQuestionMark } from "lucide-react";
import type { Summary } from "../../../shared/protocol";
import { useAgentName, useDesk, useDeskState } from "../desk/context";
import { isAsked } from "../desk/state";
import { consultedOf } from "../desk/standing";
import type { Thread } from "../desk/thread";
import { useWords } from "../i18n";
import { toast } from "../ui/toasts";
import { Button } from "../ui/ui";
import css from "./Consults.module.css";

/** The colleagues who are asked about a conversation; the owner, a supervisor or they themselves may end it. */
export function Consults({ summary: s, thread }: { summary: Summary; thread: Thread }) {
  const { t } = useWords();
  const { desk } = useDesk();
  const nameOf = useAgentName();
  const me = useDeskState((d) => d.me?.id);
  const leads = useDeskState((d) => d.role === "supervisor");
  const asked = useDeskState((d) => isAsked(d, s.id));
  const agents = s.owner ? consultedOf(thread).filter((a) => a !== me || asked) : [];
  if (agents.length === 0) return null;
  const end = async (agent: string): Promise<void> => {
    if (!(await desk.endConsult(s.id, agent))) return;
    toast("done", t("consult.ended"));
    document.querySelector("main")?.focus(); // the button, and the focus with it, is gone
  };
  return (
    <ul className={css.consults} aria-label={t("consult.label")} data-testid="consults">
      {agents.map((agent) => (
        <li key={agent}>
          <MessageCircleQuestionMark size={14} aria-hidden />
          <span>{agent === me ? t("consult.you", { agent: nameOf(s.owner) }) : t("consult.asked", { agent: nameOf(agent) })}</span>
          {(agent === me || s.owner === me || leads) && (
            <Button
              look="link"
              aria-label={agent === me ? t("consult.leave") : t("consult.end_of", { agent: nameOf(agent) })}
              onClick={() => void end(agent)}
              data-testid={`end-consult-${agent}`}
            >
              {agent === me ? t("consult.leave") : t("consult.end")}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
