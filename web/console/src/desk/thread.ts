/** The known part of one conversation's ledger. Pure. */

import type { Delivery, DeskEvent } from "../../../shared/protocol";
import { laterDelivery } from "../../../shared/protocol";

export interface Thread {
  /** Sorted by `no`, each number once. */
  events: readonly DeskEvent[];
  /** Every event from 1 to this number is known. */
  upTo: number;
  deliveries: Readonly<Record<string, Delivery>>;
}

export const emptyThread: Thread = { events: [], upTo: 0, deliveries: {} };

/** The thread with more events, whatever their order and however often they come. */
export function withEvents(thread: Thread, more: readonly DeskEvent[]): Thread {
  const known = new Set(thread.events.map((e) => e.no));
  const fresh = more.filter((e) => !known.has(e.no) && known.add(e.no));
  if (fresh.length === 0) return thread;
  const events = [...thread.events, ...fresh].sort((a, b) => a.no - b.no);
  let upTo = thread.upTo;
  for (const event of events) if (event.no === upTo + 1) upTo = event.no;
  let { deliveries } = thread;
  for (const event of fresh)
    if (event.type === "delivery_failed")
      deliveries = withDelivery({ ...thread, deliveries }, event.message, { status: "failed", reason: event.reason }).deliveries;
  return { events, upTo, deliveries };
}

/** The thread with the news of one message's delivery; old news changes nothing. */
export function withDelivery(thread: Thread, message: string, delivery: Delivery): Thread {
  const known = thread.deliveries[message];
  const later = laterDelivery(known, delivery);
  return later === known ? thread : { ...thread, deliveries: { ...thread.deliveries, [message]: later } };
}

export function withDeliveries(thread: Thread, deliveries: Readonly<Record<string, Delivery>>): Thread {
  return Object.entries(deliveries).reduce((t, [message, d]) => withDelivery(t, message, d), thread);
}

/** The number to fetch after, if events up to `last` are missing; else null. A hole behind later events counts too. */
export function missingAfter(thread: Thread, last: number): number | null {
  const highest = Math.max(last, thread.events.at(-1)?.no ?? 0);
  return thread.upTo < highest ? thread.upTo : null;
}
