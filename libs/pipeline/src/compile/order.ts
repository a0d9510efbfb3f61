import type { Level } from './scope.ts';

/** Names of one circle of dependencies within a level, in order, or undefined when there is none. */
export function findCycle(level: Level): string[] | undefined {
  const settled = new Set<string>();
  const walk: string[] = [];
  const visit = (name: string): string[] | undefined => {
    if (settled.has(name)) return undefined;
    const seen = walk.indexOf(name);
    if (seen >= 0) return [...walk.slice(seen), name];
    walk.push(name);
    for (const needed of level.dependsOn.get(name) ?? []) {
      const cycle = visit(needed);
      if (cycle) return cycle;
    }
    walk.pop();
    settled.add(name);
    return undefined;
  };
  for (const name of level.drafts.keys()) {
    const cycle = visit(name);
    if (cycle) return cycle;
  }
  return undefined;
}
