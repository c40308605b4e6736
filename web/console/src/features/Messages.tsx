import { AlarmClock, ArrowDown, Bot, CircleAlert, Clock, MapPin, MessageCircleQuestionMark, Paperclip, Sparkles, StickyNote, Check, CheckCheck } from "lucide-react";
import { useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from "react";
import type { ConsultStarted, Content, OfflineFormSent, Summary } from "../../../shared/protocol";
import { useAgentName, useDesk, useDeskState } from "../desk/context";
import { itemsOf, type Item, type LineEvent } from "../desk/items";
import type { Unsent } from "../desk/state";
import type { Thread } from "../desk/thread";
import { useWords, type Key } from "../i18n";
import { dayOf, useNow, useTimes } from "../ui/time";
import { Button } from "../ui/ui";
import { Mood } from "./Feeling";
import { lineTone, lineWords } from "./lines";
import { useTranslated } from "./Translated";
import css from "./Messages.module.css";

/** Where a customer's message is on the page. */
export const anchorOf = (message: string): string => `said-${message}`;

const NONE: readonly Unsent[] = [];

export function Messages({ summary, thread }: { summary: Summary; thread: Thread }) {
  const { t, customer } = useWords();
  const times = useTimes();
  const unsent = useDeskState((s) => s.unsent[summary.id] ?? NONE);
  const items = useMemo(() => itemsOf(thread, unsent, dayOf), [thread, unsent]);
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [below, setBelow] = useState(false);
  const name = customer(summary);

  const toEnd = (): void => {
    box.current?.scrollTo({ top: box.current.scrollHeight });
  };
  // Whoever reads the latest stays with it; whoever reads back is not torn away.
  useLayoutEffect(() => {
    if (atEnd.current) toEnd();
    else setBelow(true);
  }, [items]);

  // Also while the composer grows, or the customer begins to type.
  useEffect(() => {
    const observer = new ResizeObserver(() => {
      if (atEnd.current) toEnd();
    });
    if (box.current) for (const el of [box.current, ...box.current.children]) observer.observe(el);
    return () => observer.disconnect();
  }, []);

  const onScroll = (): void => {
    const el = box.current;
    if (!el) return;
    atEnd.current = el.scrollHeight - el.scrollTop - el.clientHeight < 48;
    if (atEnd.current) setBelow(false);
  };

  return (
    <div className={css.frame}>
      {/* Focusable, so that the arrow keys scroll it. */}
      <div ref={box} className={css.box} onScroll={onScroll} tabIndex={0} role="region" aria-label={t("thread.label", { name })}>
        <div>
          <ol className={css.thread} data-testid="thread">
            {items.map((item) =>
              item.kind === "day" ? (
                <li key={item.key} className={css.day}>
                  <span>{times.day(item.day)}</span>
                </li>
              ) : (
                <Row key={item.key} item={item} summary={summary} />
              ),
            )}
          </ol>
          <Typing id={summary.id} name={name} />
        </div>
      </div>
      {below && (
        <Button small className={css.latest ?? ""} onClick={toEnd}>
          <ArrowDown size={16} aria-hidden />
          {t("thread.latest")}
        </Button>
      )}
      <Announcer thread={thread} name={name} />
    </div>
  );
}

function Row({ item, summary }: { item: Exclude<Item, { kind: "day" }>; summary: Summary }) {
  switch (item.kind) {
    case "line":
      return <Line event={item.event} />;
    case "note":
      return <Note item={item} />;
    case "consult":
      return <Question event={item.event} />;
    case "form":
      return <LeftMessage event={item.event} />;
    case "received":
      return <Received item={item} conversation={summary.id} />;
    case "sent":
      return <Sent item={item} summary={summary} />;
    case "unsent":
      return <UnsentRow unsent={item.unsent} conversation={summary.id} />;
  }
}

function At({ at }: { at: string }) {
  const times = useTimes();
  return (
    <time dateTime={at} title={times.full(at)}>
      {times.clock(at)}
    </time>
  );
}

function Received({
  item: { event, intent, joined, goesOn },
  conversation,
}: {
  item: Extract<Item, { kind: "received" }>;
  conversation: string;
}) {
  const { t, named } = useWords();
  const translated = useTranslated(conversation, event);
  const label = intent ? named("intent", intent.intent) : "";
  const sure = intent ? Math.round(intent.confidence * 100) : 0;
  return (
    <li
      id={anchorOf(event.message)}
      className={css.row}
      tabIndex={-1}
      data-side="left"
      data-joined={joined}
      data-testid={`message-${event.no}`}
    >
      <div className={css.bubble}>
        <Body content={event.content} text={translated.text} lang={translated.lang} />
      </div>
      {(intent || translated.line || !goesOn) && (
        <p className={css.meta}>
          <At at={event.at} />
          {translated.line}
          {intent && (
            <span
              className={css.intent}
              data-sure={intent.confidence >= 0.7}
              title={t("thread.intent", { intent: label, n: sure })}
              data-testid={`intent-${event.message}`}
            >
              <Sparkles size={12} aria-hidden />
              {label} <b>{sure}%</b>
            </span>
          )}
          {intent && <Mood intent={intent} />}
        </p>
      )}
    </li>
  );
}

function Sent({ item, summary }: { item: Extract<Item, { kind: "sent" }>; summary: Summary }) {
  const { t } = useWords();
  const { desk } = useDesk();
  const nameOf = useAgentName();
  const me = useDeskState((s) => s.me?.id);
  const [busy, setBusy] = useState(false);
  const { event, delivery, resent, joined } = item;
  const translated = useTranslated(summary.id, event);
  const failed = delivery.status === "failed";
  const bot = event.author !== "agent";
  const mayResend = failed && !resent && summary.owner === me && summary.status === "active";
  const resend = async (): Promise<void> => {
    setBusy(true);
    await desk.resend(summary.id, event.message);
    setBusy(false);
  };
  return (
    <li className={css.row} data-side="right" data-bot={bot} data-failed={failed} data-joined={joined} data-testid={`message-${event.no}`}>
      <div className={css.bubble}>
        <Body content={event.content} text={translated.text} lang={translated.lang} />
      </div>
      <p className={css.meta}>
        {translated.line}
        {bot ? (
          <span className={css.author}>
            <Bot size={14} aria-hidden /> {t("thread.bot")}
          </span>
        ) : (
          event.author_id && event.author_id !== me && <span className={css.author}>{nameOf(event.author_id)}</span>
        )}
        {event.resend_of && <span>{t("thread.again")}</span>}
        <At at={event.at} />
        <Tick status={delivery.status} reason={delivery.reason} message={event.message} />
        {failed && resent && <span>{t("thread.resent")}</span>}
        {mayResend && (
          <Button look="link" disabled={busy} onClick={() => void resend()} data-testid={`resend-${event.message}`}>
            {t("tick.resend")}
          </Button>
        )}
      </p>
    </li>
  );
}

function Tick({ status, reason, message }: { status: keyof typeof TICKS; reason: string; message: string }) {
  const { t } = useWords();
  const Icon = TICKS[status] ?? Clock;
  const words = t(`tick.${status}` as Key);
  const failed = status === "failed";
  return (
    <span className={css.tick} data-status={status} data-testid={`tick-${message}`} title={reason ? `${words}: ${reason}` : words}>
      <Icon size={14} strokeWidth={2.2} aria-hidden />
      <span className={failed || status === "unknown" ? undefined : "hidden"}>
        {words}
        {failed && reason && <span className={css.reason}> · {reason}</span>}
      </span>
    </span>
  );
}

const TICKS = {
  pending: Clock,
  sending: Clock,
  unknown: Clock,
  sent: Check,
  delivered: CheckCheck,
  read: CheckCheck,
  failed: CircleAlert,
};

function UnsentRow({ unsent, conversation }: { unsent: Unsent; conversation: string }) {
  const { t, named } = useWords();
  const { desk } = useDesk();
  const { client_id, state } = unsent;
  return (
    <li
      className={css.row}
      data-side="right"
      data-note={unsent.kind === "note"}
      data-failed={state === "failed"}
      data-testid={`unsent-${client_id}`}
    >
      <div className={css.bubble} data-unsent>
        <p>{unsent.text}</p>
      </div>
      <p className={css.meta}>
        <span className={css.tick} data-status={state === "failed" ? "failed" : "pending"}>
          {state === "failed" ? <CircleAlert size={14} aria-hidden /> : <Clock size={14} aria-hidden />}
          {state === "failed" ? `${t("unsent.failed")}: ${named("error", unsent.code ?? "other")}` : t(`unsent.${state}`)}
        </span>
        {state !== "sending" && (
          <>
            <Button look="link" onClick={() => desk.retry(conversation, client_id)} data-testid={`retry-${client_id}`}>
              {t("unsent.retry")}
            </Button>
            <Button look="link" onClick={() => desk.drop(conversation, client_id)}>
              {t("unsent.drop")}
            </Button>
          </>
        )}
      </p>
    </li>
  );
}

function Note({ item: { event } }: { item: Extract<Item, { kind: "note" }> }) {
  const { t } = useWords();
  const nameOf = useAgentName();
  const me = useDeskState((s) => s.me?.id);
  return (
    <li className={css.note} data-testid={`message-${event.no}`}>
      <p className={css.noteHead}>
        <StickyNote size={14} aria-hidden />
        <b>{event.agent === me ? t("thread.you") : nameOf(event.agent)}</b>
        <span>{t("thread.note_private")}</span>
        <At at={event.at} />
      </p>
      <p>{event.text}</p>
    </li>
  );
}

/** What a colleague is asked. */
function Question({ event }: { event: ConsultStarted }) {
  const { t } = useWords();
  const nameOf = useAgentName();
  return (
    <li className={css.note} data-testid={`message-${event.no}`} data-consult>
      <p className={css.noteHead}>
        <MessageCircleQuestionMark size={14} aria-hidden />
        <b>{t("consult.said", { by: nameOf(event.by), agent: nameOf(event.agent) })}</b>
        <span>{t("thread.note_private")}</span>
        <At at={event.at} />
      </p>
      <p>{event.question}</p>
    </li>
  );
}

/** What the customer left while nobody was free for them. */
function LeftMessage({ event }: { event: OfflineFormSent }) {
  const { t } = useWords();
  return (
    <li className={css.note} data-testid={`message-${event.no}`}>
      <p className={css.noteHead}>
        <StickyNote size={14} aria-hidden />
        <b>{t("form.title")}</b>
        <At at={event.at} />
      </p>
      {(["about", "name", "contact"] as const).map((field) =>
        event[field] ? (
          <p key={field}>
            {t(`form.${field}`)}: <bdi>{event[field]}</bdi>
          </p>
        ) : null,
      )}
    </li>
  );
}

function Line({ event }: { event: LineEvent }) {
  const { t } = useWords();
  const times = useTimes();
  const when = (iso: string): string => (dayOf(iso) === dayOf(event.at) ? times.clock(iso) : `${times.day(iso)} ${times.clock(iso)}`);
  const words = lineWords(event, t, useAgentName(), when);
  const tone = lineTone(event);
  return (
    <li className={css.line} data-tone={tone} data-testid={`message-${event.no}`}>
      <span>
        {tone && <AlarmClock size={12} strokeWidth={2.4} aria-hidden />}
        {words} · <At at={event.at} />
      </span>
    </li>
  );
}

/** A message's body: words, and for everything else at least what it is. Files are named, not fetched: their references are good
 * only with the channel account's credentials. `text`: the words to show instead of its own, in the language `lang`. */
function Body({ content, text, lang }: { content: Content; text: string | null; lang: string }) {
  const { named } = useWords();
  const parts: ReactNode[] = [];
  if (content.kind !== "text" && content.kind !== "choice" && content.attachments.length === 0)
    parts.push(
      <span key="kind" className={css.kind}>
        {content.kind === "location" && <MapPin size={14} aria-hidden />}
        {named("kind", content.kind)}
      </span>,
    );
  for (const file of content.attachments)
    parts.push(
      <span key={file.reference} className={css.kind}>
        <Paperclip size={14} aria-hidden />
        {file.name || named("kind", content.kind)}
        {file.size ? ` · ${Math.max(1, Math.round(file.size / 1024))} kB` : ""}
      </span>,
    );
  if (text ?? content.text)
    parts.push(
      <p key="text" lang={lang || undefined}>
        {text ?? content.text}
      </p>,
    );
  return parts;
}

function Typing({ id, name }: { id: string; name: string }) {
  const { t } = useWords();
  const until = useDeskState((s) => s.typing[id] ?? 0);
  const now = useNow();
  if (until < now) return null;
  return (
    <p className={css.typing} data-testid="typing">
      <span className={css.dots} aria-hidden>
        <i />
        <i />
        <i />
      </span>
      {t("thread.typing", { name })}
    </p>
  );
}

/** Reads out what the customer says while the conversation is open, and nothing of what was there before. */
function Announcer({ thread, name }: { thread: Thread; name: string }) {
  const { t } = useWords();
  const [from] = useState(() => thread.events.at(-1)?.no ?? 0);
  const last = thread.events.findLast((e) => e.type === "message_received" && e.no > from);
  const text = last?.type === "message_received" ? last.content.text || last.content.kind : "";
  return (
    <p className="hidden" aria-live="polite">
      {last && t("thread.said", { name, text })}
    </p>
  );
}
