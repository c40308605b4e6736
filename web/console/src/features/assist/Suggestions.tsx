import { useQuery } from "@tanstack/react-query";
import { BookOpenText, ChevronRight, MessageSquareQuote, Sparkles, type LucideIcon } from "lucide-react";
import { useState, type ReactNode } from "react";
import type { Summary } from "../../../../shared/protocol";
import { useDesk } from "../../desk/context";
import type { Canned, Suggested } from "../../desk/help";
import { isHelpFolded, keepHelpFolded, keepSettled, settledOf, type Inserted } from "../../desk/keep";
import { suggestionOf } from "../../desk/standing";
import type { Thread } from "../../desk/thread";
import { foreign } from "../../desk/translations";
import { languageName, useWords } from "../../i18n";
import { toast } from "../../ui/toasts";
import { Button } from "../../ui/ui";
import { isFolded, type Left } from "./fold";
import css from "./assist.module.css";

interface Props {
  summary: Summary;
  thread: Thread;
  canned: Canned | null;
  /** The draft that is on the screen; "": none. */
  draft: string;
  /** `foreign`: it is in another language than the customer's. */
  onUse: (text: string, inserted?: Omit<Inserted, "client_id" | "sent">, foreign?: boolean) => void;
  onDismiss: () => void;
}

/** All that may answer the customer's last words, in one place: what the bot would say, the company's own answer, and articles. Gone once
 * the agent has answered. */
export function Suggestions({ summary: s, thread, canned, draft, onUse, onDismiss }: Props) {
  const { t, named } = useWords();
  const { api } = useDesk();
  const asked = unansweredOf(thread);
  const { data } = useQuery({
    queryKey: ["suggestions", s.id, asked],
    queryFn: () => api.suggestions(s.id),
    enabled: asked !== "",
    staleTime: Infinity,
  });
  const [settled, setSettled] = useState(() => settledOf(s.id));
  const [gone, setGone] = useState<readonly string[]>([]);
  const [left, setLeft] = useState<Left>(() => ({ folded: isHelpFolded(), beside: "" }));

  const bot = suggestionOf(thread);
  const said = bot && bot.no > settled ? bot : null;
  const settle = (): void => {
    if (!bot) return;
    keepSettled(s.id, bot.no);
    setSettled(bot.no);
  };
  const hide = (key: string): void => setGone([...gone, `${asked} ${key}`]);
  const shown = (key: string): boolean => asked !== "" && !gone.includes(`${asked} ${key}`);
  const ours = canned && shown("canned") && canned.text !== bot?.text ? canned : null;
  const articles = (data?.suggestions ?? []).filter((one) => shown(one.article));
  const count = (said ? 1 : 0) + (ours ? 1 : 0) + articles.length;
  if (count === 0) return null;
  const folded = isFolded(left, draft);

  const about = (one: Suggested) => ({ message: data?.message ?? "", article: one.article, version: one.version, passage: one.passage });
  const reject = (one: Suggested): void => {
    hide(one.article);
    onDismiss();
    api.feedback(s.id, { ...about(one), outcome: "rejected" }).catch(() => toast("error", named("error", "unavailable")));
  };

  return (
    <section className={css.suggestions} aria-label={t("help.title")} data-testid="suggestions">
      <button
        type="button"
        className={css.fold}
        aria-expanded={!folded}
        onClick={() => {
          keepHelpFolded(!folded);
          setLeft({ folded: !folded, beside: draft });
        }}
        data-testid="suggestions-toggle"
      >
        <ChevronRight size={14} aria-hidden />
        <b>{t("help.title")}</b>
        <span>{t("help.count", { n: count })}</span>
      </button>
      {!folded && (
        <ul>
          {said && (
            <Answer
              icon={Sparkles}
              title={t("suggestion.title")}
              detail={said.intent ? named("intent", said.intent) : ""}
              text={said.text}
              testId="suggestion"
              onUse={() => {
                settle();
                onUse(said.text);
              }}
            >
              <Button
                look="quiet"
                small
                onClick={() => {
                  settle();
                  onDismiss();
                }}
                data-testid="suggestion-dismiss"
              >
                {t("suggestion.dismiss")}
              </Button>
            </Answer>
          )}
          {ours && (
            <Answer
              icon={MessageSquareQuote}
              title={t("suggestion.canned")}
              detail={named("intent", ours.intent)}
              language={foreign(ours.language, s.language)}
              text={ours.text}
              testId="suggestion-canned"
              onUse={() => {
                hide("canned");
                onUse(ours.text, undefined, !!foreign(ours.language, s.language));
              }}
            />
          )}
          {articles.map((one) => (
            <Answer
              key={one.article}
              icon={BookOpenText}
              title={t("suggestion.article", { title: one.title })}
              language={foreign(one.locale, s.language)}
              text={one.text}
              testId={`suggestion-${one.article}`}
              onUse={() => {
                hide(one.article);
                onUse(one.text, { ...about(one), text: one.text }, !!foreign(one.locale, s.language));
              }}
            >
              <Button look="quiet" small title={t("suggestion.reject_help")} onClick={() => reject(one)} data-testid={`reject-${one.article}`}>
                {t("suggestion.reject")}
              </Button>
            </Answer>
          ))}
        </ul>
      )}
    </section>
  );
}

interface AnswerProps {
  icon: LucideIcon;
  title: string;
  detail?: string;
  language?: string;
  text: string;
  testId: string;
  onUse: () => void;
  children?: ReactNode;
}

function Answer({ icon: Icon, title, detail, language = "", text, testId, onUse, children }: AnswerProps) {
  const { t, language: reader } = useWords();
  return (
    <li className={css.answer} data-testid={testId}>
      <p className={css.source}>
        <Icon size={14} aria-hidden />
        <b dir="auto">{title}</b>
        {detail && <span>{detail}</span>}
        {language && <em>{languageName(language, reader)}</em>}
      </p>
      {/* Focusable, so that the arrow keys scroll it. */}
      <p className={css.text} tabIndex={0} role="group" aria-label={title}>
        {text}
      </p>
      <div className={css.buttons}>
        <Button small title={t("suggestion.use_help")} aria-label={t("suggestion.use_of", { title })} onClick={onUse} data-testid={`${testId}-use`}>
          {t("suggestion.use")}
        </Button>
        {children}
      </div>
    </li>
  );
}

/** The customer's last message, where no agent has answered since; else "". */
function unansweredOf(thread: Thread): string {
  const last = thread.events.findLast(
    (e) => e.type === "resolved" || (e.type === "message_received" && e.content.text.trim() !== "") || (e.type === "message_sent" && e.author === "agent"),
  );
  return last?.type === "message_received" ? last.message : "";
}
