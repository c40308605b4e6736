import { useEffect } from "react";
import { useLocation } from "wouter";
import { useShallow } from "zustand/react/shallow";
import { useDeskState } from "../desk/context";
import { asked, mine, serves, waiting } from "../desk/state";
import { useWords } from "../i18n";
import { Card } from "./Card";
import { Me } from "./Me";
import css from "./Inbox.module.css";

export function Inbox({ selected }: { selected: string | null }) {
  const { t } = useWords();
  const own = useDeskState(useShallow(mine));
  const consults = useDeskState(useShallow(asked));
  const queued = useDeskState(useShallow(waiting));
  const working = useDeskState(serves);
  const loaded = useDeskState((s) => s.loaded);
  const online = useDeskState((s) => s.me?.presence === "online");
  const [, go] = useLocation();

  useEffect(() => {
    const ids = [...own, ...consults, ...queued].map((s) => s.id);
    const onKey = (event: KeyboardEvent): void => {
      const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      if (!event.altKey || !step || ids.length === 0 || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      const at = selected ? ids.indexOf(selected) : -1;
      const next = at < 0 ? (step > 0 ? 0 : ids.length - 1) : Math.min(ids.length - 1, Math.max(0, at + step));
      go(`/c/${ids[next]}`);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [own, consults, queued, selected, go]);

  return (
    <aside className={css.inbox} aria-label={t("nav.inbox")}>
      <Me />
      {!working && <p className={css.empty}>{t("inbox.not_serving")}</p>}
      <div className={css.lists} hidden={!working}>
        <section aria-labelledby="mine">
          <h2 id="mine" className={css.heading}>
            {t("inbox.mine")} <span>{own.length || ""}</span>
          </h2>
          <ul data-testid="inbox-mine">
            {own.map((s) => (
              <Card key={s.id} summary={s} selected={s.id === selected} />
            ))}
          </ul>
          {loaded && own.length === 0 && (
            <p className={css.empty}>
              {t("inbox.mine_empty")} {t(online ? "inbox.mine_empty_online" : "inbox.mine_empty_away")}
            </p>
          )}
        </section>
        {consults.length > 0 && (
          <section aria-labelledby="asked">
            <h2 id="asked" className={css.heading}>
              {t("inbox.asked")} <span>{consults.length}</span>
            </h2>
            <ul data-testid="inbox-asked">
              {consults.map((s) => (
                <Card key={s.id} summary={s} selected={s.id === selected} />
              ))}
            </ul>
          </section>
        )}
        <section aria-labelledby="waiting">
          <h2 id="waiting" className={css.heading}>
            {t("inbox.waiting")} <span>{queued.length || ""}</span>
          </h2>
          <ul data-testid="inbox-waiting">
            {queued.map((s) => (
              <Card key={s.id} summary={s} selected={s.id === selected} />
            ))}
          </ul>
          {loaded && queued.length === 0 && <p className={css.empty}>{t("inbox.waiting_empty")}</p>}
        </section>
      </div>
    </aside>
  );
}
