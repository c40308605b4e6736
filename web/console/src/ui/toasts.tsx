import { AlarmClock, Angry, CircleAlert, CircleCheck, Info, X } from "lucide-react";
import { Link } from "wouter";
import { create } from "zustand";
import { useWords } from "../i18n";
import { Button } from "./ui";
import css from "./ui.module.css";

interface Toast {
  id: number;
  /** warn: a promise is in danger; late: it is broken; anger: a customer is angry. */
  kind: "info" | "done" | "error" | "warn" | "late" | "anger";
  text: string;
  /** The page it is about. */
  href: string;
}

const useToasts = create<{ toasts: Toast[] }>()(() => ({ toasts: [] }));
const ICONS = { info: Info, done: CircleCheck, error: CircleAlert, warn: AlarmClock, late: AlarmClock, anger: Angry };
const SHOWN_MS = 7_000;
let last = 0;

/** Tells the agent something in passing. The same words are not shown twice at a time. */
export function toast(kind: Toast["kind"], text: string, href = ""): void {
  if (useToasts.getState().toasts.some((t) => t.text === text)) return;
  const id = ++last;
  useToasts.setState((s) => ({ toasts: [...s.toasts.slice(-2), { id, kind, text, href }] }));
  setTimeout(() => dismiss(id), SHOWN_MS);
}

function dismiss(id: number): void {
  useToasts.setState((s) => ({ toasts: s.toasts.filter((t) => t.id !== id) }));
}

export function Toasts() {
  const { t } = useWords();
  const toasts = useToasts((s) => s.toasts);
  return (
    <div className={css.toasts} role="status" aria-live="polite">
      {toasts.map((one) => {
        const Icon = ICONS[one.kind];
        return (
          <div key={one.id} className={css.toast} data-kind={one.kind} data-testid={`toast-${one.kind}`}>
            <Icon size={18} aria-hidden />
            <p>
              {one.text}{" "}
              {one.href && (
                <Link href={one.href} className={css.link} onClick={() => dismiss(one.id)} data-testid="toast-open">
                  {t("toast.open")}
                </Link>
              )}
            </p>
            <Button look="quiet" icon aria-label={t("toast.dismiss")} onClick={() => dismiss(one.id)}>
              <X size={16} aria-hidden />
            </Button>
          </div>
        );
      })}
    </div>
  );
}
