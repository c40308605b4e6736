import { useSyncExternalStore } from "react";
import { useWords, type Translate } from "../i18n";

let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) {
    now = Date.now();
    timer = setInterval(() => {
      now = Date.now();
      for (const l of listeners) l();
    }, 1_000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearInterval(timer);
  };
}

/** The time in ms since the epoch, anew each second; all who show it tick together. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

/** A span in the shortest words that matter: "45 s", "12 min", "2 h 5 min", "3 d". */
export function span(t: Translate, ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 60) return t("time.s", { n: s });
  const min = Math.floor(s / 60);
  if (min < 60) return t("time.m", { n: min });
  const h = Math.floor(min / 60);
  if (h >= 24) return t("time.d", { n: Math.floor(h / 24) });
  return min % 60 ? t("time.hm", { h, m: min % 60 }) : t("time.h", { n: h });
}

/** The local calendar day, as a key. */
export function dayOf(iso: string): string {
  return new Date(iso).toDateString();
}

export function useTimes() {
  const { t, language } = useWords();
  const locale = language === "zh" ? "zh-CN" : "en-GB";
  return {
    clock: (iso: string) => new Date(iso).toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" }),
    full: (iso: string) => new Date(iso).toLocaleString(locale, { dateStyle: "full", timeStyle: "medium" }),
    short: (iso: string) => new Date(iso).toLocaleDateString(locale, { day: "numeric", month: "short", year: "numeric" }),
    day: (iso: string) => {
      const day = new Date(iso);
      const today = new Date();
      if (day.toDateString() === today.toDateString()) return t("thread.today");
      today.setDate(today.getDate() - 1);
      if (day.toDateString() === today.toDateString()) return t("thread.yesterday");
      return day.toLocaleDateString(locale, { weekday: "long", day: "numeric", month: "long" });
    },
  };
}
