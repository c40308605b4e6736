import type { Presence } from "../../../shared/protocol";
import { useDesk, useDeskState } from "../desk/context";
import { useWords } from "../i18n";
import { Avatar } from "../ui/ui";
import css from "./Me.module.css";

const CHOICES: Presence[] = ["online", "away", "offline"];

/** Who I am at this desk, whether I take work, and how much I have. */
export function Me() {
  const { t } = useWords();
  const { desk } = useDesk();
  const me = useDeskState((s) => s.me);
  const role = useDeskState((s) => s.role);
  if (!me) return null;
  // Who has no place in the roster is offered nothing, and of the roles only two are.
  const works = me.capacity > 0 && (role === "agent" || role === "supervisor");
  const label = t("load.label", { load: me.load, capacity: me.capacity });
  return (
    <header className={css.me}>
      <div className={css.who}>
        <span className={css.face} data-presence={works ? me.presence : undefined}>
          <Avatar name={me.name} size={36} />
        </span>
        <div className={css.name}>
          <strong>{me.name}</strong>
          <span data-testid="load">{works ? label : t(`role.${role}`)}</span>
        </div>
      </div>
      {works && (
        <>
          <div
            className={css.load}
            role="meter"
            aria-label={label}
            aria-valuenow={me.load}
            aria-valuemin={0}
            aria-valuemax={me.capacity}
            data-full={me.load >= me.capacity}
          >
            <span style={{ width: `${me.capacity > 0 ? Math.min(100, (100 * me.load) / me.capacity) : 0}%` }} />
          </div>
          <div className={css.presence} role="group" aria-label={t("presence.label")}>
            {CHOICES.map((one) => (
              <button
                key={one}
                type="button"
                data-presence={one}
                aria-pressed={me.presence === one}
                onClick={() => void desk.presence(one)}
                data-testid={`presence-${one}`}
              >
                <i aria-hidden />
                {t(`presence.${one}`)}
              </button>
            ))}
          </div>
        </>
      )}
    </header>
  );
}
