import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { Link } from "wouter";
import { useDesk, useDeskState } from "../desk/context";
import { useWords } from "../i18n";
import { useTimes } from "../ui/time";
import { Avatar, Button, ChannelIcon } from "../ui/ui";
import { DraftCost } from "./drafts/DraftCost";
import { Why } from "./Why";
import css from "./ContactPane.module.css";

export function ContactPane({ contact: id, conversation, onClose }: { contact: string; conversation: string; onClose: () => void }) {
  const { t, named, customer } = useWords();
  const { api } = useDesk();
  const times = useTimes();
  const contact = useQuery({ queryKey: ["contact", id], queryFn: () => api.contact(id) });
  const earlier = useQuery({ queryKey: ["contact-conversations", id], queryFn: () => api.contactConversations(id) });
  const others = earlier.data?.conversations.filter((c) => c.id !== conversation);
  const c = contact.data;
  const channel = useDeskState((s) => s.summaries[conversation]?.channel ?? c?.identities[0]?.channel ?? "");

  return (
    <aside className={css.pane} aria-label={t("contact.title")} data-testid="contact">
      <Button look="quiet" icon className={css.close ?? ""} aria-label={t("app.close")} onClick={onClose}>
        <X size={18} aria-hidden />
      </Button>
      {contact.isError && (
        <p className={css.none}>
          {t("contact.failed")}{" "}
          <Button look="link" onClick={() => void contact.refetch()}>
            {t("app.retry")}
          </Button>
        </p>
      )}
      {c && (
        <>
          <header className={css.head}>
            <Avatar name={c.name} size={48} />
            <h2 dir="auto">{customer({ name: c.name, channel })}</h2>
          </header>
          {(c.phone || c.email) && (
            <dl className={css.facts}>
              {c.phone && <Fact label={t("contact.phone")} value={c.phone} />}
              {c.email && <Fact label={t("contact.email")} value={c.email} />}
            </dl>
          )}
          <section>
            <h3>{t("contact.channels")}</h3>
            <ul className={css.channels}>
              {c.identities.map((i, at) => (
                <li key={at}>
                  <ChannelIcon channel={i.channel} size={20} />
                  <span>
                    {named("channel", i.channel)}
                    <small title={i.account}>{i.account}</small>
                  </span>
                </li>
              ))}
            </ul>
          </section>
          <section>
            <h3>{t("contact.attributes")}</h3>
            {Object.keys(c.attributes).length === 0 ? (
              <p className={css.none}>{t("contact.no_attributes")}</p>
            ) : (
              <dl className={css.facts}>
                {Object.entries(c.attributes).map(([label, value]) => (
                  <Fact key={label} label={label} value={value} />
                ))}
              </dl>
            )}
          </section>
        </>
      )}
      <Why conversation={conversation} />
      <DraftCost conversation={conversation} />
      <section>
        <h3>{t("contact.previous")}</h3>
        {others?.length === 0 && <p className={css.none}>{t("contact.no_previous")}</p>}
        <ul className={css.previous}>
          {others?.map((p) => (
            <li key={p.id}>
              <Link href={`/c/${p.id}`} data-testid={`previous-${p.id}`}>
                <ChannelIcon channel={p.channel} size={18} />
                <span className={css.preview} dir="auto">
                  {p.preview}
                </span>
                <small>
                  {p.opened_at && times.short(p.opened_at)}
                  {p.intent && ` · ${named("intent", p.intent)}`} · {t(`status.${p.status}`)}
                </small>
              </Link>
            </li>
          ))}
        </ul>
      </section>
    </aside>
  );
}

function Fact({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt title={label}>{label}</dt>
      <dd dir="auto">{value}</dd>
    </div>
  );
}
