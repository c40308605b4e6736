import type { Agent } from "../../../shared/protocol";

/** Every skill somebody has, by name, with the highest level there is: nobody can be asked for more. Pure. */
export function skillsOf(agents: readonly Agent[]): Map<string, number> {
  const highest = new Map<string, number>();
  for (const a of agents)
    for (const [skill, level] of Object.entries(a.skills ?? {})) highest.set(skill, Math.max(level, highest.get(skill) ?? 0));
  return new Map([...highest].sort(([a], [b]) => a.localeCompare(b)));
}
