import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { PackageCheck, PackageOpen, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { Link, useParams } from "wouter";
import { ApiError, conversationOf, type Parked as ParkedMessage } from "../desk/api";
import { useDesk } from "../desk/context";
import { useWords } from "../i18n";
import { toast } from "../ui/toasts";
import { span, useNow, useTimes } from "../ui/time";
import { Area, Button, Dialog, Empty } from "../ui/ui";
import { Back } from "./Back";
import css from "./Parked.module.css";

/** What could not be processed, for a supervisor to repair or put away. */
export function Parked() {
  const { t, named } = useWords();
  const { api } = useDesk();
  const now = useNow();
  const { id } = useParams<{ id?: string }>();
  const parked = useQuery({ queryKey: ["parked"], queryFn: api.parked, refetchInterval: 30_000, select: (a) => a.parked });
  const chosen = parked.data?.find((p) => p.id === id);

  return (
    <>
      <aside className={css.list} aria-label={t("parked.title")}>
        <header>
          <h1>{t("parked.title")}</h1>
          <p>{t("parked.lead")}</p>
        </header>
        <ul data-testid="parked-list">
          {parked.data?.map((p) => (
            <li key={p.id}>
              <Link
                href={`/parked/${p.id}`}
                className={css.item}
                aria-current={p.id === id ? "true" : undefined}
                data-testid={`parked-${p.id}`}
              >
                <span className={css.text}>{p.reason}</span>
                <time dateTime={p.at}>{span(t, now - Date.parse(p.at))}</time>
                <span className={css.of}>{conversationOf(p) ? t("parked.known", { id: conversationOf(p) }) : t("parked.unknown")}</span>
              </Link>
            </li>
          ))}
        </ul>
      </aside>
      <main className={css.main} tabIndex={-1} data-alone={parked.isError || parked.data?.length === 0 || undefined}>
        {id && <Back href="/parked" to={t("parked.title")} />}
        {parked.isError ? (
          <Empty
            icon={TriangleAlert}
            title={t("parked.failed")}
            action={<Button onClick={() => void parked.refetch()}>{t("app.retry")}</Button>}
          >
            {named("error", parked.error instanceof ApiError ? parked.error.code : "other")}
          </Empty>
        ) : chosen ? (
          <Repair key={chosen.id} parked={chosen} />
        ) : parked.data?.length === 0 ? (
          <Empty icon={PackageCheck} title={t("parked.empty")}>
            {t("parked.empty_help")}
          </Empty>
        ) : parked.data ? (
          <Empty icon={PackageOpen} title={t("parked.choose")}>
            {t("parked.choose_help")}
          </Empty>
        ) : null}
      </main>
    </>
  );
}

function Repair({ parked: p }: { parked: ParkedMessage }) {
  const { t, named } = useWords();
  const { api } = useDesk();
  const times = useTimes();
  const queries = useQueryClient();
  const [text, setText] = useState("");
  const [asking, setAsking] = useState(false);

  const settled = (words: string) => ({
    onSuccess: () => {
      toast("done", words);
      document.querySelector("main")?.focus(); // the form, and what had the focus in it, goes with its message
      void queries.invalidateQueries({ queryKey: ["parked"] });
    },
    onError: (error: Error) => {
      toast("error", named("error", error instanceof ApiError ? error.code : "other"));
      void queries.invalidateQueries({ queryKey: ["parked"] });
    },
  });
  const redrive = useMutation({ mutationFn: () => api.redrive(p.id, text.trim()), ...settled(t("parked.redriven")) });
  const discard = useMutation({ mutationFn: () => api.discard(p.id), ...settled(t("parked.discarded")) });
  const conversation = conversationOf(p);
  const busy = redrive.isPending || discard.isPending;

  return (
    <form
      className={css.repair}
      onSubmit={(event) => {
        event.preventDefault();
        redrive.mutate();
      }}
    >
      <dl>
        <dt>{t("parked.reason")}</dt>
        <dd className={css.why}>{p.reason}</dd>
      </dl>
      <p className={css.meta}>
        {times.full(p.at)}
        {conversation && (
          <Link href={`/c/${conversation}`} className={css.link}>
            {t("parked.conversation")}
          </Link>
        )}
      </p>
      {conversation ? (
        <Area
          label={t("parked.text")}
          placeholder={t("parked.text_hint")}
          rows={5}
          maxLength={20_000}
          value={text}
          onChange={(e) => setText(e.target.value)}
          data-testid="parked-text"
        />
      ) : (
        <p>{t("parked.no_rewrite")}</p>
      )}
      <div className={css.actions}>
        <Button look="primary" type="submit" disabled={busy} data-testid="parked-redrive">
          {text.trim() ? t("parked.redrive") : t("parked.as_is")}
        </Button>
        {/* Not `disabled`, or it could not have the focus back from the question it asks. */}
        <Button look="danger" aria-disabled={busy} onClick={() => busy || setAsking(true)} data-testid="parked-discard">
          {t("parked.discard")}
        </Button>
      </div>
      {asking && (
        <Dialog title={t("parked.confirm_title")} onClose={() => setAsking(false)}>
          <p className={css.confirm}>{t("parked.confirm")}</p>
          <div className={css.actions}>
            <Button
              look="danger"
              onClick={() => {
                setAsking(false);
                discard.mutate();
              }}
              data-testid="parked-discard-confirm"
            >
              {t("parked.discard")}
            </Button>
            <Button onClick={() => setAsking(false)}>{t("app.cancel")}</Button>
          </div>
        </Dialog>
      )}
    </form>
  );
}
