import { ChevronsUp } from "lucide-react";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import type { Summary } from "../../../shared/protocol";
import { serverNow } from "../desk/clock";
import { useDesk, useDeskState } from "../desk/context";
import { alarms } from "../desk/state";
import { languageName, useWords } from "../i18n";
import { span, useNow } from "../ui/time";
import { Alarm, Avatar, Button, ChannelIcon, Tags } from "../ui/ui";
import { Feeling } from "./Feeling";
import { promiseWords } from "./lines";
import css from "./Card.module.css";

/** How long a wait is unremarkable, in ms. */
const LONG_MS = 5 * 60_000;
const TOO_LONG_MS = 15 * 60_000;

export function Card({ summary: s, selected }: { summary: Summary; selected: boolean }) {
  const { t, language, named, customer } = useWords();
  const unread = useDeskState((d) => d.unread[s.id] ?? 0);
  const me = useDeskState((d) => d.me?.id);
  const offered = s.status === "assigned" && s.owner === me;
  return (
    <li className={css.card} data-selected={selected} data-offered={offered} data-testid={`conversation-${s.id}`} data-status={s.status}>
      <Link href={`/c/${s.id}`} className={css.link} aria-current={selected ? "true" : undefined}>
        <span className={css.face}>
          <Avatar name={s.name} size={36} />
          <ChannelIcon channel={s.channel} size={18} />
        </span>
        <span className={css.name} dir="auto">
          {customer(s)}
        </span>
        <Timer summary={s} />
        <span className={css.preview} dir="auto" data-unread={unread > 0}>
          {s.preview}
        </span>
        {unread > 0 && (
          <span className={css.unread} aria-label={t("inbox.unread", { n: unread })}>
            {unread}
          </span>
        )}
        <span className={css.tags}>
          <Alarms id={s.id} />
          <Feeling summary={s} />
          <Priority value={s.priority} />
          <Tags tags={s.tags} />
          {s.callback && <b data-testid="callback">{t("inbox.callback")}</b>}
          {s.status === "queued" && <span>{s.queue}</span>}
          {s.intent && <span>{named("intent", s.intent)}</span>}
          {s.language !== language && languageName(s.language, language) && <span>{languageName(s.language, language)}</span>}
        </span>
      </Link>
      {offered && <Offer summary={s} />}
    </li>
  );
}

/** Promises to the customer that are in danger or broken. */
export function Alarms({ id }: { id: string }) {
  const { t } = useWords();
  const found = useDeskState((d) => alarms(d, id));
  return found.map((a) => <Alarm key={a.clock} late={a.late} name={a.clock} words={promiseWords(a, t)} />);
}

function Priority({ value }: { value: number }) {
  const { t } = useWords();
  if (value < 7) return null;
  return (
    <span className={css.priority} data-urgent={value >= 9}>
      <ChevronsUp size={14} strokeWidth={2.4} aria-hidden />
      {t(value >= 9 ? "inbox.urgent" : "inbox.high")}
    </span>
  );
}

function Timer({ summary: s }: { summary: Summary }) {
  const { t } = useWords();
  const now = useNow();
  const from = s.status === "queued" || s.status === "assigned" ? s.since : s.last_at;
  if (!from) return <span />;
  const age = serverNow(now) - Date.parse(from);
  const waits = s.status === "queued";
  const level = !waits || age < LONG_MS ? "fine" : age < TOO_LONG_MS ? "long" : "too_long";
  const text = age < 60_000 && !waits ? t("time.now") : span(t, age);
  return (
    <time className={css.timer} dateTime={from} data-level={level} title={waits ? t("inbox.waits", { time: text }) : undefined}>
      {text}
    </time>
  );
}

/** The question that cannot wait: take it or leave it, and how long there is to decide. */
function Offer({ summary: s }: { summary: Summary }) {
  const { t } = useWords();
  const { desk } = useDesk();
  const [, go] = useLocation();
  const accept = async (): Promise<void> => {
    const before = desk.state.current;
    const done = await desk.act(s.id, "accept");
    // The composer of an own conversation takes the focus itself. Who has moved on meanwhile is not called back.
    if (done && desk.state.current === before) go(`/c/${s.id}`);
  };
  return (
    <div className={css.offer}>
      <Countdown acceptBy={s.accept_by} />
      <Button look="primary" small onClick={() => void accept()} data-testid="accept">
        {t("offer.accept")}
      </Button>
      <Button small onClick={() => void desk.act(s.id, "decline")} data-testid="decline">
        {t("offer.decline")}
      </Button>
    </div>
  );
}

export function Countdown({ acceptBy }: { acceptBy: string | null }) {
  const { t } = useWords();
  const now = useNow();
  const left = acceptBy ? Math.max(0, Math.ceil((Date.parse(acceptBy) - serverNow(now)) / 1000)) : null;
  const [first] = useState(left ?? 0); // what the bar is full at
  if (left === null) return <span className={css.countdown}>{t("offer.title")}</span>;
  const share = first > 0 ? Math.min(1, left / first) : 0;
  return (
    <span className={css.countdown} data-short={left <= 8} data-testid="countdown">
      <b>{left > 0 ? t("offer.left", { n: left }) : t("offer.expired")}</b>
      <span className={css.bar} aria-hidden>
        <i style={{ width: `${100 * share}%` }} />
      </span>
    </span>
  );
}
