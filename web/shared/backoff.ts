/** How long to wait before a further attempt, in milliseconds: doubling from half a second to 30 seconds, of which a random half is
 * taken off so that clients cut off together do not come back together. `attempt` counts failures from 0; `random` is in [0, 1). */
export function backoff(attempt: number, random: number = Math.random()): number {
  const ceiling = Math.min(30_000, 500 * 2 ** Math.min(attempt, 10));
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}
