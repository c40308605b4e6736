/** The difference between this computer's clock and the server's, learnt from pushed events: the least difference seen is nearest the
 * truth, since the way here only adds to it. Deadlines of the server are shown by its clock. */

let skew: number | null = null;

/** An event that was just pushed bears the server's time `iso`. */
export function sample(iso: string, now: number = Date.now()): void {
  const seen = now - Date.parse(iso);
  if (!Number.isNaN(seen)) skew = skew === null ? seen : Math.min(skew, seen);
}

/** The server's time now, in ms since the epoch. Latency of a second or two is not worth correcting. */
export function serverNow(now: number = Date.now()): number {
  return skew !== null && Math.abs(skew) > 2_000 ? now - skew : now;
}
