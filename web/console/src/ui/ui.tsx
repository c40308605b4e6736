import { AlarmClock, MessageCircle, Tag, UserRound, X, type LucideIcon } from "lucide-react";
import { useEffect, useRef, type ComponentPropsWithRef, type ReactNode, type TextareaHTMLAttributes, type InputHTMLAttributes } from "react";
import { useWords } from "../i18n";
import css from "./ui.module.css";

type ButtonProps = ComponentPropsWithRef<"button"> & {
  look?: "primary" | "plain" | "quiet" | "danger" | "link";
  small?: boolean;
  /** Only an icon inside: square, and `aria-label` is needed. */
  icon?: boolean;
};

export function Button({ look = "plain", small, icon, className = "", type = "button", ...rest }: ButtonProps) {
  const classes = look === "link" ? [css.link] : [css.button, css[look], small && css.small, icon && css.icon];
  return <button type={type} className={[...classes, className].filter(Boolean).join(" ")} {...rest} />;
}

export function Avatar({ name, size = 36 }: { name: string; size?: number }) {
  const parts = name.trim().split(/\s+/);
  // Two letters of these scripts are no initials: they read as a word.
  const whole = /[\p{Script=Han}\p{Script=Arabic}\p{Script=Hebrew}]/u.test(name);
  const letters = whole ? name.trim().slice(0, 1) : (parts[0]?.[0] ?? "") + (parts.length > 1 ? (parts.at(-1)?.[0] ?? "") : "");
  return (
    <span className={css.avatar} style={{ width: size, height: size, fontSize: size * 0.38 }} aria-hidden>
      {letters.toUpperCase() || <UserRound size={size * 0.55} strokeWidth={1.7} />}
    </span>
  );
}

/** The tags of a conversation, on one line. */
export function Tags({ tags }: { tags: readonly string[] | undefined }) {
  const { t } = useWords();
  if (!tags?.length) return null;
  return (
    <span className={css.tags} data-testid="tags">
      <Tag size={12} role="img" aria-label={t("inbox.tags")} />
      <bdi>{tags.join(", ")}</bdi>
    </span>
  );
}

/** A promise to the customer that is in danger or broken. */
export function Alarm({ late, name, words }: { late: boolean; name: string; words: string }) {
  return (
    <span className={css.alarm} data-late={late} data-testid={`alarm-${name}`}>
      <AlarmClock size={12} strokeWidth={2.4} aria-hidden />
      {words}
    </span>
  );
}

const CHANNEL_PATHS: Record<string, ReactNode> = {
  whatsapp: (
    <path
      d="M5.5 3.8c-.9.6-1.2 1.8-.8 3 .9 2.5 2.5 4.2 5 5.2 1.2.4 2.3 0 2.9-.9.3-.5.2-.9-.3-1.2l-1.5-.9c-.4-.2-.7-.1-1 .2l-.4.5c-1.2-.5-2-1.4-2.5-2.5l.5-.5c.3-.3.3-.6.1-1l-.8-1.6c-.3-.5-.7-.6-1.2-.3Z"
      fill="currentColor"
    />
  ),
  wechat: (
    <g fill="currentColor">
      <path d="M6.4 3C3.9 3 2 4.6 2 6.6c0 1.1.6 2.1 1.6 2.8l-.4 1.4 1.6-.8c.5.1 1 .2 1.6.2h.3c-.1-.3-.1-.6-.1-.9 0-2 1.9-3.5 4.2-3.5h.2C10.5 4.2 8.6 3 6.4 3Z" />
      <path d="M14 9.4c0-1.7-1.6-3-3.5-3S7 7.7 7 9.4s1.6 3 3.5 3c.4 0 .8-.1 1.2-.2l1.3.7-.3-1.2c.8-.5 1.3-1.4 1.3-2.3Z" />
    </g>
  ),
};

export function ChannelIcon({ channel, size = 20 }: { channel: string; size?: number }) {
  const { named } = useWords();
  const path = CHANNEL_PATHS[channel];
  return (
    <span
      className={css.channel}
      data-channel={channel}
      style={{ width: size, height: size }}
      role="img"
      aria-label={named("channel", channel)}
    >
      {path ? (
        <svg width={size * 0.8} height={size * 0.8} viewBox="0 0 16 16" aria-hidden>
          {path}
        </svg>
      ) : (
        <MessageCircle size={size * 0.6} strokeWidth={2.4} aria-hidden />
      )}
    </span>
  );
}

export function Empty({
  icon: Icon,
  title,
  children,
  action,
}: {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={css.empty}>
      <Icon size={32} strokeWidth={1.4} aria-hidden />
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action}
    </div>
  );
}

/** The browser's own modal dialog: it keeps the focus inside and closes by Escape. The focus goes back to what opened it, or, where that is
 * gone with what was done, to the `main` it was in: a dialog that React has removed already gives nothing back by itself. */
export function Dialog({ title, wide, onClose, children }: { title: string; wide?: boolean; onClose: () => void; children: ReactNode }) {
  const { t } = useWords();
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    const opener = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    const around = opener?.closest("main");
    dialog?.showModal();
    return () => {
      dialog?.close();
      opener?.focus();
      if (document.activeElement !== opener) around?.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      className={css.dialog}
      data-wide={wide}
      aria-label={title}
      onCancel={(e) => {
        e.preventDefault();
        onClose();
      }}
    >
      <div className={css.dialogHead}>
        <h2>{title}</h2>
        <Button look="quiet" icon aria-label={t("app.close")} onClick={onClose}>
          <X size={18} aria-hidden />
        </Button>
      </div>
      <div className={css.dialogBody}>{children}</div>
    </dialog>
  );
}

export function Field({ label, ...rest }: InputHTMLAttributes<HTMLInputElement> & { label: string }) {
  return (
    <label className={css.field}>
      <span>{label}</span>
      <input className={css.input} {...rest} />
    </label>
  );
}

export function Area({ label, ...rest }: TextareaHTMLAttributes<HTMLTextAreaElement> & { label: string }) {
  return (
    <label className={css.field}>
      <span>{label}</span>
      <textarea className={css.input} {...rest} />
    </label>
  );
}
