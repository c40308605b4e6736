import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ClipboardCheck, ClipboardList, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { Link, useParams } from "wouter";
import { ApiError, type PersonsRequest, type Ruling } from "../desk/api";
import { useDesk, useDeskState } from "../desk/context";
import { useWords } from "../i18n";
import { toast } from "../ui/toasts";
import { span, useNow, useTimes } from "../ui/time";
import { Area, Button, Empty, Field } from "../ui/ui";
import { Back } from "./Back";
import css from "./Parked.module.css";
import own from "./Requests.module.css";

/** What needs two people: changes of rights and keys for administrators, erasures and exports for privacy officers. */
export function Requests() {
  const { t, named } = useWords();
  const { api } = useDesk();
  const now = useNow();
  const { id } = useParams<{ id?: string }>();
  const role = useDeskState((s) => s.role);
  const officer = role === "privacy_officer";
  const requests = useQuery({
    queryKey: ["requests"],
    queryFn: () => (officer ? api.privacyRequests() : api.changes()),
    refetchInterval: 30_000,
  });
  const chosen = requests.data?.find((r) => r.id === id);

  return (
    <>
      <aside className={css.list} aria-label={t("request.title")}>
        <header>
          <h1>{t("request.title")}</h1>
          <p>{t(officer ? "request.lead_officer" : "request.lead")}</p>
          {officer && (
            <Link href="/requests/new" className={`${css.link} ${own.ask}`} data-testid="request-new">
              {t("request.ask")}
            </Link>
          )}
        </header>
        <ul data-testid="requests-list">
          {requests.data?.map((r) => (
            <li key={r.id}>
              <Link
                href={`/requests/${r.id}`}
                className={css.item}
                aria-current={r.id === id ? "true" : undefined}
                data-testid={`request-${r.id}`}
              >
                <span className={css.text}>{named("request.kind", r.kind)}</span>
                <time dateTime={r.asked_at}>{span(t, now - Date.parse(r.asked_at))}</time>
                <span className={css.of}>
                  {named("request.state", r.state)} · {r.about}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      </aside>
      <main className={css.main} tabIndex={-1} data-alone={requests.isError || requests.data?.length === 0 || undefined}>
        {id && <Back href="/requests" to={t("request.title")} />}
        {requests.isError ? (
          <Empty
            icon={TriangleAlert}
            title={t("request.failed")}
            action={<Button onClick={() => void requests.refetch()}>{t("app.retry")}</Button>}
          >
            {named("error", requests.error instanceof ApiError ? requests.error.code : "other")}
          </Empty>
        ) : chosen ? (
          <Decide key={chosen.id} request={chosen} path={officer ? "privacy/requests" : "changes"} />
        ) : officer ? (
          <Ask />
        ) : requests.data ? (
          <Empty icon={requests.data.length ? ClipboardList : ClipboardCheck} title={t(requests.data.length ? "request.choose" : "request.empty")}>
            {t("request.choose_help")}
          </Empty>
        ) : null}
      </main>
    </>
  );
}

/** One request as it will be approved: the digest that goes back is of what stands here. */
function Decide({ request: r, path }: { request: PersonsRequest; path: string }) {
  const { t, named } = useWords();
  const { api } = useDesk();
  const times = useTimes();
  const me = useDeskState((s) => s.me?.id);
  const role = useDeskState((s) => s.role);
  const [reason, setReason] = useState("");
  const [link, setLink] = useState("");
  const failed = useFailed();
  const settled = useSettled();
  const rule = useMutation({
    mutationFn: (ruling: Ruling) => api.rule(path, r.id, ruling),
    onSuccess: () => settled(t("request.decided")),
    onError: failed,
  });
  const fetched = useMutation({
    mutationFn: () => api.fetchExport(r.id),
    onSuccess: (made) => (made.url ? setLink(made.url) : toast("info", named("request.export", made.state))),
    onError: failed,
  });
  const mine = r.asked_by === me;
  const open = r.state === "pending";
  const reading = role === "auditor";
  const { instead_of: before, ...wanted } = r.parameters;

  return (
    <article className={css.repair} data-testid="request">
      <header>
        <h2 className={css.why}>{named("request.kind", r.kind)}</h2>
        <p className={own.state} data-testid="request-state">
          {named("request.state", r.state)}
        </p>
      </header>
      <dl className={own.facts}>
        <Fact label={t("request.about")} value={r.about} />
        {Object.entries(wanted).map(([name, value]) => (
          <Fact key={name} label={named("request.part", name)} value={told(value, t("request.none"))} />
        ))}
        {before !== undefined && <Fact label={t("request.before")} value={told(before, t("request.none"))} />}
        <Fact label={t("request.reason")} value={r.reason} />
        <Fact label={t("request.asked_by")} value={`${r.asked_by} · ${times.full(r.asked_at)}`} />
        {open && <Fact label={t("request.decide_by")} value={times.full(r.decide_by)} />}
        {r.decided_by && r.decided_at && <Fact label={t("request.decided_by")} value={`${r.decided_by} · ${times.full(r.decided_at)}`} />}
        {r.state === "approved" && r.due && <Fact label={t("request.due")} value={times.full(r.due)} />}
      </dl>
      {link && (
        <a className={css.link} href={link} data-testid="export-link" rel="noreferrer">
          {t("request.download")}
        </a>
      )}
      {!reading && open && mine && <p className={own.hint}>{t("request.another")}</p>}
      {!reading && open && !mine && (
        <Area
          label={t("request.why_not")}
          rows={2}
          maxLength={1000}
          value={reason}
          onChange={(e) => setReason(e.target.value)}
          data-testid="request-refusal"
        />
      )}
      {!reading && (
        <div className={css.actions}>
          {open && !mine && (
            <>
              <Button
                look="primary"
                disabled={rule.isPending}
                onClick={() => rule.mutate({ what: "approve", digest: r.digest })}
                data-testid="request-approve"
              >
                {t("request.approve")}
              </Button>
              <Button
                look="danger"
                disabled={rule.isPending || reason.trim().length < 5}
                onClick={() => rule.mutate({ what: "refuse", reason: reason.trim() })}
                data-testid="request-refuse"
              >
                {t("request.refuse")}
              </Button>
            </>
          )}
          {(open || r.state === "approved") && (
            <Button disabled={rule.isPending} onClick={() => rule.mutate({ what: "withdraw" })} data-testid="request-withdraw">
              {t("request.withdraw")}
            </Button>
          )}
          {r.kind === "export" && (r.state === "approved" || r.state === "used") && (
            <Button disabled={fetched.isPending} onClick={() => fetched.mutate()} data-testid="request-fetch">
              {t("request.fetch")}
            </Button>
          )}
        </div>
      )}
    </article>
  );
}

/** A data subject's wish, as the officer has it before them. */
function Ask() {
  const { t } = useWords();
  const { api } = useDesk();
  const [contact, setContact] = useState("");
  const [reason, setReason] = useState("");
  const failed = useFailed();
  const settled = useSettled();
  const ask = useMutation({
    mutationFn: (kind: "erasure" | "export") => api.askFor(kind, contact.trim(), reason.trim()),
    onSuccess: () => {
      setContact("");
      setReason("");
      settled(t("request.asked"));
    },
    onError: failed,
  });
  const ready = contact.trim() !== "" && reason.trim().length >= 5 && !ask.isPending;

  return (
    <form className={css.repair} onSubmit={(event) => event.preventDefault()}>
      <header>
        <h2 className={css.why}>{t("request.ask")}</h2>
        <p className={own.hint}>{t("request.ask_help")}</p>
      </header>
      <Field label={t("request.contact")} maxLength={64} value={contact} onChange={(e) => setContact(e.target.value)} data-testid="ask-contact" />
      <Area
        label={t("request.ask_reason")}
        rows={3}
        maxLength={1000}
        value={reason}
        onChange={(e) => setReason(e.target.value)}
        data-testid="ask-reason"
      />
      <div className={css.actions}>
        <Button look="primary" disabled={!ready} onClick={() => ask.mutate("export")} data-testid="ask-export">
          {t("request.ask_export")}
        </Button>
        <Button look="danger" disabled={!ready} onClick={() => ask.mutate("erasure")} data-testid="ask-erasure">
          {t("request.ask_erasure")}
        </Button>
      </div>
    </form>
  );
}

function Fact({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd dir="auto">{value}</dd>
    </div>
  );
}

/** A value as people read it; `none` for nothing. */
function told(value: unknown, none: string): string {
  if (Array.isArray(value)) return value.length ? value.join(", ") : none;
  if (typeof value === "object" && value !== null) {
    const parts = Object.entries(value).filter(([, v]) => v !== false && (!Array.isArray(v) || v.length > 0));
    return parts.map(([name, v]) => (v === true ? name : `${name}: ${told(v, none)}`)).join("; ") || none;
  }
  return value === null || value === "" ? none : String(value);
}

function useFailed() {
  const { named } = useWords();
  const queries = useQueryClient();
  return (error: Error) => {
    toast("error", named("error", error instanceof ApiError ? error.code : "other"));
    void queries.invalidateQueries({ queryKey: ["requests"] });
  };
}

function useSettled() {
  const queries = useQueryClient();
  return (words: string) => {
    toast("done", words);
    document.querySelector("main")?.focus();
    void queries.invalidateQueries({ queryKey: ["requests"] });
  };
}
