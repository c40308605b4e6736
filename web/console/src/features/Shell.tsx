import { BookOpenText, ClipboardCheck, Inbox as InboxIcon, LogOut, PackageOpen, type LucideIcon } from "lucide-react";
import { Link, Route, Switch, useRoute } from "wouter";
import { useEffect } from "react";
import { useDeskState } from "../desk/context";
import { attention, mine } from "../desk/state";
import { useWords } from "../i18n";
import icon from "../styles/icon.svg";
import { LanguageSwitch } from "../ui/LanguageSwitch";
import { Button } from "../ui/ui";
import { Usage } from "./assist/Usage";
import { Conversation } from "./Conversation";
import { Inbox } from "./Inbox";
import { Parked } from "./Parked";
import { Requests } from "./Requests";
import css from "./Shell.module.css";

export function Shell({ onSignOut }: { onSignOut: () => void }) {
  const { t, customer } = useWords();
  const role = useDeskState((s) => s.role);
  const [inParked, parked] = useRoute("/parked/:id?");
  const [inUsage] = useRoute("/usage");
  const [inRequests, requests] = useRoute("/requests/:id?");
  const [inConversation] = useRoute("/c/:id");
  const calling = useDeskState(attention);
  const offer = useDeskState((s) => mine(s).find((c) => c.status === "assigned"));
  useEffect(() => {
    document.title = calling > 0 ? `(${calling}) ${t("app.name")}` : t("app.name");
  }, [calling, t]);

  return (
    // A phone has room for the list or for what was opened from it.
    <div className={css.shell} data-opened={inConversation || inUsage || !!parked?.id || !!requests?.id}>
      <Connection />
      <p className="hidden" role="alert">
        {offer ? t("offer.announce", { name: customer(offer) }) : ""}
      </p>
      <nav className={css.rail} aria-label={t("nav.label")}>
        <img src={icon} width={32} height={32} alt={t("app.name")} />
        <div className={css.sections}>
          <Section href="/" icon={InboxIcon} name={t("nav.inbox")} here={!inParked && !inUsage && !inRequests} testId="nav-inbox" />
          {role === "supervisor" && (
            <Section href="/parked" icon={PackageOpen} name={t("nav.parked")} here={inParked} testId="nav-parked" />
          )}
          {(role === "supervisor" || role === "administrator") && (
            <Section href="/usage" icon={BookOpenText} name={t("usage.title")} here={inUsage} testId="nav-usage" />
          )}
          {(role === "administrator" || role === "privacy_officer" || role === "auditor") && (
            <Section href="/requests" icon={ClipboardCheck} name={t("request.title")} here={inRequests} testId="nav-requests" />
          )}
        </div>
        <LanguageSwitch compact />
        <Button look="quiet" icon aria-label={t("nav.sign_out")} title={t("nav.sign_out")} onClick={onSignOut} data-testid="sign-out">
          <LogOut size={20} strokeWidth={1.7} aria-hidden />
        </Button>
      </nav>
      <Switch>
        <Route path="/parked/:id?">
          <Parked />
        </Route>
        <Route path="/requests/:id?">
          <Requests />
        </Route>
        <Route path="/usage">
          <Usage />
        </Route>
        <Route path="/c/:id">
          {({ id }) => (
            <>
              <Inbox selected={id} />
              <Conversation key={id} id={id} />
            </>
          )}
        </Route>
        <Route>
          <Inbox selected={null} />
          <Conversation key="none" id={null} />
        </Route>
      </Switch>
    </div>
  );
}

function Section({ href, icon: Icon, name, here, testId }: { href: string; icon: LucideIcon; name: string; here: boolean; testId: string }) {
  return (
    <Link href={href} className={css.section} aria-current={here ? "page" : undefined} title={name} data-testid={testId}>
      <Icon size={20} strokeWidth={1.7} aria-hidden />
      <span className="hidden">{name}</span>
    </Link>
  );
}

/** Says nothing while all is well, except to those who ask for it. */
function Connection() {
  const { t } = useWords();
  const connection = useDeskState((s) => s.connection);
  return (
    <div className={css.connection} role="status" data-testid="connection-state" data-state={connection}>
      <span className={css.pulse} aria-hidden />
      {t(`connection.${connection}`)}
    </div>
  );
}
