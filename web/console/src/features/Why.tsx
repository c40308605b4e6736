import { useQuery } from "@tanstack/react-query";
import { ChevronRight, CircleCheck, TriangleAlert } from "lucide-react";
import { useState } from "react";
import type { Candidate, Decision } from "../desk/api";
import { useAgentName, useDesk, useDeskState } from "../desk/context";
import { useWords } from "../i18n";
import { decisionOf, figure, madeAgain, rejections, termsOf } from "./receipt";
import css from "./Why.module.css";

/** So many candidates and refusals explain a choice; there may be hundreds. */
const CANDIDATES = 3;
const REFUSALS = 5;

/** Why this agent was chosen: the receipt of the decision, read when it is asked for. For supervisors: it says much of colleagues. */
export function Why({ conversation: id }: { conversation: string }) {
  const { t } = useWords();
  const { api } = useDesk();
  const [open, setOpen] = useState(false);
  const assigned = useDeskState((s) => s.role === "supervisor" && !!s.summaries[id]?.owner);
  const number = useDeskState((s) => {
    const last = s.threads[id]?.events.findLast((e) => e.type === "assigned");
    return last?.type === "assigned" ? last.number : undefined;
  });
  const receipts = useQuery({
    queryKey: ["receipts", id, number],
    queryFn: () => api.receipts(id),
    enabled: open && assigned,
    staleTime: Infinity,
  });
  if (!assigned) return null;
  const decision = decisionOf(receipts.data?.receipts ?? [], number);
  return (
    <details className={css.why} onToggle={(e) => setOpen(e.currentTarget.open)} data-testid="why">
      <summary>
        <ChevronRight size={16} aria-hidden />
        {t("why.title")}
      </summary>
      {receipts.isPending ? (
        <p>{t("why.loading")}</p>
      ) : receipts.isError ? (
        <p>{t("why.failed")}</p>
      ) : decision ? (
        <Receipt decision={decision} conversation={id} />
      ) : (
        <p>{t("why.by_person")}</p>
      )}
    </details>
  );
}

function Receipt({ decision, conversation }: { decision: Decision; conversation: string }) {
  const { t, named } = useWords();
  const nameOf = useAgentName();
  const me = useDeskState((s) => s.me?.id);
  const { receipt: r, agent } = decision;
  const policy = r.policy > 0 ? t("why.policy", { version: r.policy }) : t("why.policy_shipped");
  const offer = r.direction === "offer";
  const whose = (id: string): string => (offer ? (id === me ? t("thread.you") : nameOf(id)) : t(id === conversation ? "why.this" : "why.other"));
  const refused = rejections(decision, REFUSALS);
  const again = madeAgain(decision);
  return (
    <div className={css.receipt} data-testid="receipt">
      <p>{t(offer ? "why.offer" : "why.pull", { n: r.considered, policy, agent: nameOf(agent) })}</p>
      <ol>
        {r.ranked.slice(0, CANDIDATES).map((c, i) => (
          <li key={c.id} data-chosen={i === r.chosen}>
            <p>
              <b>{whose(c.id)}</b>
              <span>{[i === r.chosen && t("why.chosen"), offer && t("why.load", { n: figure(c.load) })].filter(Boolean).join(" · ")}</span>
            </p>
            <Terms candidate={c} />
          </li>
        ))}
      </ol>
      {refused.named.length + refused.counted.length > 0 && (
        <>
          <h4>{t("why.rejected")}</h4>
          <ul>
            {refused.named.map((x) => (
              <li key={x.id}>
                <b>{whose(x.id)}</b>: {named("reason", x.reason)}
              </li>
            ))}
            {refused.counted.map((x) => (
              <li key={x.reason}>
                {refused.named.length > 0 ? t("why.more", { n: x.n }) : x.n}: {named("reason", x.reason)}
              </li>
            ))}
          </ul>
        </>
      )}
      <p className={css.again} data-again={again} data-testid="receipt-again">
        {again === "same" ? <CircleCheck size={14} aria-hidden /> : <TriangleAlert size={14} aria-hidden />}
        <span>
          {t(`why.${again}`)} {again !== "same" && <bdi>({decision.differences.join("; ")})</bdi>}
        </span>
      </p>
    </div>
  );
}

function Terms({ candidate }: { candidate: Candidate }) {
  const { named } = useWords();
  return (
    <dl>
      {termsOf(candidate).map(([name, value]) => (
        <div key={name}>
          <dt>{named("term", name)}</dt>
          <dd>{name === "foreign" ? "✓" : figure(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
