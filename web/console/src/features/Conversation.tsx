import { ArrowRightLeft, Check, Coffee, MessageCircleQuestionMark, MessagesSquare, PanelRight, TriangleAlert } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError } from "../desk/api";
import { useDesk, useDeskState } from "../desk/context";
import { isSummaryOnly, mine, waiting } from "../desk/state";
import { emptyThread } from "../desk/thread";
import { languageName, useWords } from "../i18n";
import { toast } from "../ui/toasts";
import { Button, ChannelIcon, Empty, Tags } from "../ui/ui";
import { Back } from "./Back";
import { Alarms } from "./Card";
import { Composer } from "./Composer";
import { ConsultDialog } from "./ConsultDialog";
import { Consults } from "./Consults";
import { ContactPane } from "./ContactPane";
import { Feeling } from "./Feeling";
import { HandOver } from "./HandOver";
import { Messages } from "./Messages";
import { TransferDialog } from "./TransferDialog";
import { TranslationBar, TranslationButton } from "./TranslationBar";
import css from "./Conversation.module.css";

export function Conversation({ id }: { id: string | null }) {
  const { t } = useWords();
  const { desk } = useDesk();
  const idle = useDeskState((s) => s.loaded && mine(s).length + waiting(s).length === 0);
  const [failure, setFailure] = useState("");

  const load = useCallback(() => {
    if (!id) return;
    desk.open(id).catch((error: unknown) => setFailure(error instanceof ApiError ? error.code : "other"));
  }, [desk, id]);
  useEffect(() => {
    load();
    return () => desk.close();
  }, [load, desk]);

  if (!id)
    return (
      <main className={css.main}>
        {idle ? (
          <Empty icon={Coffee} title={t("thread.idle_title")}>
            {t("thread.idle_help")}
          </Empty>
        ) : (
          <Empty icon={MessagesSquare} title={t("thread.empty_title")}>
            {t("thread.empty_help")}
          </Empty>
        )}
      </main>
    );
  return (
    <Opened
      id={id}
      failure={failure}
      retry={() => {
        setFailure("");
        load();
      }}
    />
  );
}

function Opened({ id, failure, retry }: { id: string; failure: string; retry: () => void }) {
  const { t, named, language, customer } = useWords();
  const { desk } = useDesk();
  const summary = useDeskState((s) => s.summaries[id]);
  const unseen = useDeskState((s) => isSummaryOnly(s, id));
  const known = useDeskState((s) => s.threads[id]);
  const thread = known ?? (unseen ? emptyThread : undefined);
  const me = useDeskState((s) => s.me?.id);
  const leads = useDeskState((s) => s.role === "supervisor");
  const [dialog, setDialog] = useState<"transfer" | "consult" | null>(null);
  const [details, setDetails] = useState(false);
  const [translating, setTranslating] = useState(false);
  const detailsButton = useRef<HTMLButtonElement>(null);

  const hideDetails = useCallback(() => {
    setDetails(false);
    detailsButton.current?.focus();
  }, []);
  useEffect(() => {
    if (!details) return;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "Escape") hideDetails();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [details, hideDetails]);

  if (!summary || !thread)
    return (
      <main className={css.main} aria-busy={!failure}>
        <Back href="/" to={t("nav.inbox")} />
        {failure ? (
          <Empty icon={TriangleAlert} title={t("thread.failed")} action={<Button onClick={retry}>{t("app.retry")}</Button>}>
            {named("error", failure)}
          </Empty>
        ) : (
          <p className={css.loading}>{t("thread.loading")}</p>
        )}
      </main>
    );

  const name = customer(summary);
  const own = summary.owner === me && summary.status === "active";
  // Supervisors may act for an owner who cannot, and give waiting work to somebody.
  const handed = own || (leads && !!summary.owner && summary.status !== "resolved");
  const given = leads && summary.status === "queued";
  const spoken = languageName(summary.language, language);

  const resolve = async (): Promise<void> => {
    if (!(await desk.act(id, "resolve"))) return;
    toast("done", t("toast.resolved"));
    document.querySelector("main")?.focus(); // the button, and the focus with it, is gone
  };

  return (
    <>
      <main className={css.main} aria-label={t("thread.label", { name })} tabIndex={-1}>
        <header className={css.head}>
          <Back href="/" to={t("nav.inbox")} />
          <ChannelIcon channel={summary.channel} size={28} />
          <div className={css.title}>
            <h1 dir="auto">{name}</h1>
            <p>
              <span className={css.status} data-status={summary.status} data-testid="status">
                {t(`status.${summary.status}`)}
              </span>
              <Alarms id={id} />
              <Feeling summary={summary} />
              {[t("thread.via", { channel: named("channel", summary.channel), account: summary.account }), spoken]
                .filter(Boolean)
                .map((part) => (
                  <span key={part}>{part}</span>
                ))}
              <Tags tags={summary.tags} />
              {summary.callback && <b data-testid="callback">{t("inbox.callback")}</b>}
            </p>
          </div>
          {!unseen && <TranslationButton summary={summary} open={translating} onClick={() => setTranslating(!translating)} />}
          {handed && (
            <Button small onClick={() => setDialog("consult")} data-testid="consult">
              <MessageCircleQuestionMark size={16} aria-hidden />
              <span className={css.label}>{t("action.consult")}</span>
            </Button>
          )}
          {(handed || given) && (
            <Button small onClick={() => setDialog("transfer")} data-testid="transfer">
              <ArrowRightLeft size={16} aria-hidden />
              <span className={css.label}>{t(given ? "action.give" : "action.transfer")}</span>
            </Button>
          )}
          {own && (
            <Button small onClick={() => void resolve()} data-testid="resolve">
              <Check size={16} aria-hidden />
              <span className={css.label}>{t("action.resolve")}</span>
            </Button>
          )}
          <Button
            ref={detailsButton}
            look="quiet"
            icon
            className={css.detailsButton ?? ""}
            aria-label={t("thread.details")}
            aria-expanded={details}
            title={t("thread.details")}
            onClick={() => setDetails(!details)}
            data-testid="details"
          >
            <PanelRight size={18} aria-hidden />
          </Button>
        </header>
        <div className={css.middle}>
          <HandOver summary={summary} thread={thread} />
          <Consults summary={summary} thread={thread} />
          <TranslationBar summary={summary} thread={thread} open={translating} />
          {unseen ? <Empty icon={MessagesSquare} title={t("thread.unseen")} /> : <Messages summary={summary} thread={thread} />}
        </div>
        <Composer summary={summary} />
      </main>
      <div className={css.side} data-open={details}>
        {!unseen && <ContactPane contact={summary.contact} conversation={id} onClose={hideDetails} />}
      </div>
      {dialog === "transfer" && <TransferDialog summary={summary} onClose={() => setDialog(null)} />}
      {dialog === "consult" && <ConsultDialog summary={summary} thread={thread} onClose={() => setDialog(null)} />}
    </>
  );
}
