/** What could leave memory. */
export interface Evictable {
  readonly bytes: number;
  /** Grows with every use. */
  readonly usedAt: number;
}

/**
 * Which of the idle ones leave so that `neededBytes` come free: those used longest ago; and of these, none whose leaving is not
 * needed because a larger one leaves. Undefined when all of them together are not enough.
 */
export function chooseEvictions<Kind extends Evictable>(
  idle: readonly Kind[],
  neededBytes: number,
): readonly Kind[] | undefined {
  const chosen: Kind[] = [];
  let freed = 0;
  for (const one of [...idle].sort((a, b) => a.usedAt - b.usedAt)) {
    if (freed >= neededBytes) break;
    chosen.push(one);
    freed += one.bytes;
  }
  if (freed < neededBytes) return undefined;
  for (const one of [...chosen].sort((a, b) => b.usedAt - a.usedAt)) {
    if (freed - one.bytes < neededBytes) continue;
    freed -= one.bytes;
    chosen.splice(chosen.indexOf(one), 1);
  }
  return chosen;
}
