import { Bot, ChevronRight, CircleCheck, CircleDashed, CircleX, TriangleAlert } from "lucide-react";
import { useState } from "react";
import type { HandOver as Told, Step, Summary } from "../../../shared/protocol";
import { useDeskState } from "../desk/context";
import { feelingOf } from "../desk/feeling";
import { foldedOf, keepFolded } from "../desk/keep";
import type { Thread } from "../desk/thread";
import { useWords } from "../i18n";
import { Feeling } from "./Feeling";
import { isDoubtful, tellsMore, toneOf } from "./outcomes";
import { endingWords, flowWords } from "./lines";
import { anchorOf } from "./Messages";
import css from "./HandOver.module.css";

type Action = Step["actions"][number];

const ICONS = { good: CircleCheck, doubt: TriangleAlert, bad: CircleX, plain: CircleDashed };

/** What the bot did before people had the conversation. Open until the agent has replied, or as they leave it; a mere reason is gone then. */
export function HandOver({ summary: s, thread }: { summary: Summary; thread: Thread }) {
  const handover = useDeskState((d) => d.handovers[s.id]?.summary);
  const me = useDeskState((d) => d.me?.id);
  if (!handover || s.status === "bot" || s.status === "resolved") return null;
  const replied = thread.events.some((e) => e.type === "message_sent" && e.author === "agent" && e.author_id === me);
  return <Foldable key={String(replied)} summary={s} thread={thread} handover={handover} replied={replied} />;
}

function Foldable({ summary: s, thread, handover, replied }: { summary: Summary; thread: Thread; handover: Told; replied: boolean }) {
  const { t, named } = useWords();
  const [open, setOpen] = useState(() => !(foldedOf(s.id, replied) ?? replied));
  const more = tellsMore(handover);
  const why = [named("handed", handover.reason), ...(more ? [] : handover.asked.map((intent) => named("intent", intent)))].join(" · ");
  const head = (
    <>
      <Bot size={16} aria-hidden />
      <b>{t("handover.title")}</b>
      <span className={css.why}>{why}</span>
      {isDoubtful(handover) && (
        <span className={css.doubt} data-testid="handover-doubt">
          <TriangleAlert size={12} strokeWidth={2.4} aria-hidden />
          {t("handover.doubt")}
        </span>
      )}
    </>
  );
  if (!more && replied) return null;
  if (!more)
    return (
      <p className={css.handover} data-testid="handover">
        <span className={css.head}>{head}</span>
      </p>
    );
  const toggle = (): void => {
    keepFolded(s.id, replied, open);
    setOpen(!open);
  };
  return (
    <section className={css.handover} aria-label={t("handover.title")} data-testid="handover">
      <button type="button" className={css.head} aria-expanded={open} onClick={toggle} data-testid="handover-toggle">
        <ChevronRight size={16} aria-hidden />
        {head}
      </button>
      {open && (
        // Focusable, so that the arrow keys scroll it.
        <div className={css.body} tabIndex={0} role="group" aria-label={t("handover.title")}>
          <Facts summary={s} thread={thread} handover={handover} />
        </div>
      )}
    </section>
  );
}

function Facts({ summary: s, thread, handover: h }: { summary: Summary; thread: Thread; handover: Told }) {
  const { t, named } = useWords();
  const angry = thread.events.find((e) => e.type === "message_received" && e.message === h.angry);
  return (
    <dl className={css.facts}>
      {h.asked.length > 0 && (
        <div>
          <dt>{t("handover.asked")}</dt>
          <dd>{h.asked.map((intent) => named("intent", intent)).join(" · ")}</dd>
        </div>
      )}
      {h.steps.length > 0 && (
        <div>
          <dt>{t("handover.steps")}</dt>
          <dd>
            <ol className={css.steps}>
              {h.steps.map((step, i) => (
                <StepRow key={i} step={step} />
              ))}
            </ol>
          </dd>
        </div>
      )}
      {h.missed > 0 && (
        <div>
          <dt>{t("handover.missed")}</dt>
          <dd>{t("handover.missed_n", { n: h.missed })}</dd>
        </div>
      )}
      {(feelingOf(s.feeling) || angry) && (
        <div>
          <dt>{t("handover.feeling")}</dt>
          <dd className={css.feeling}>
            <Feeling summary={s} />
            {angry?.type === "message_received" && (
              <button type="button" title={t("handover.show")} onClick={() => show(angry.message)} data-testid="handover-angry">
                “<bdi>{angry.content.text}</bdi>”
              </button>
            )}
          </dd>
        </div>
      )}
    </dl>
  );
}

function StepRow({ step }: { step: Step }) {
  const { t, named } = useWords();
  const tone = toneOf(step.outcome);
  const Icon = ICONS[tone];
  const slots = Object.entries(step.slots);
  const isOpen = ([, outcome]: Action): boolean => toneOf(outcome) === "doubt" || toneOf(outcome) === "bad";
  const open = step.actions.filter(isOpen);
  const settled = step.actions.filter((action) => !isOpen(action));
  const words = ([action, outcome]: Action): string =>
    t("handover.pair", { what: named("call", action), how: named("outcome", outcome) });
  return (
    <li>
      <Icon className={css.icon} data-tone={tone} size={14} strokeWidth={2.2} aria-hidden />
      <p>
        <b>{flowWords(step.flow, t)}</b> {endingWords(step.outcome, t)}
      </p>
      {slots.length + settled.length > 0 && (
        <p className={css.given}>
          {slots.map(([slot, value]) => (
            <span key={slot}>
              {named("slot", slot)} <bdi>{value}</bdi>
            </span>
          ))}
          {settled.map((action, i) => (
            <span key={i}>{words(action)}</span>
          ))}
        </p>
      )}
      {open.map((action, i) => (
        <p key={i} className={css.action} data-tone={toneOf(action[1])}>
          {toneOf(action[1]) === "doubt" && <TriangleAlert size={12} strokeWidth={2.4} aria-hidden />}
          {words(action)}
        </p>
      ))}
    </li>
  );
}

function show(message: string): void {
  const row = document.getElementById(anchorOf(message));
  const box = row?.closest('[role="region"]');
  if (!row || !box) return;
  // Not scrollIntoView: that would move the whole page where there is any room to.
  const [inner, outer] = [row.getBoundingClientRect(), box.getBoundingClientRect()];
  box.scrollBy({ top: inner.top + inner.height / 2 - outer.top - outer.height / 2 });
  row.focus({ preventScroll: true });
}
