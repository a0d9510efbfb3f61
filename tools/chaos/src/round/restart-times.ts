import type { ChangeFact } from '../check/record.ts';

/**
 * How long tasks whose lease ended had to wait for their next start, counted from the first kill after they had been
 * started: rather too long than too short where several processes were killed.
 */
export function restartTimes(changes: readonly ChangeFact[], killedAt: readonly number[]): number[] {
  const times: number[] = [];
  for (const own of Map.groupBy(changes, ({ taskId }) => taskId).values()) {
    let startedAt: number | undefined;
    let lostAt: number | undefined;
    let crashes = 0;
    for (const { became, at, crashes: counted } of own) {
      if (counted > crashes || (startedAt !== undefined && became === 'ready')) {
        const since = startedAt ?? 0;
        lostAt ??= killedAt.find((time) => time >= since);
        crashes = counted;
      }
      if (became !== 'running') continue;
      if (lostAt !== undefined) times.push(at.getTime() - lostAt);
      [startedAt, lostAt] = [at.getTime(), undefined];
    }
  }
  return times.filter((ms) => ms >= 0).sort((a, b) => a - b);
}

/** @param sorted not empty */
export const percentile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!;
