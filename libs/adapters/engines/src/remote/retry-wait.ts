const FIRST_MS = 500;
const MOST_MS = 16_000;

/**
 * How long to wait before another try: twice as long each time, a quarter of it by chance, so that those who failed together do not
 * come back together; and no less than the server asked for.
 * @param tries that have failed, from 1 on
 * @param chance 0..1
 */
export function retryWaitMs(tries: number, retryAfterMs: number | undefined, chance: number): number {
  const backOff = Math.min(MOST_MS, FIRST_MS * 2 ** (tries - 1)) * (1 - chance / 4);
  return Math.ceil(Math.max(backOff, retryAfterMs ?? 0));
}

/** A `Retry-After` header in milliseconds from now: seconds or a date (RFC 9110, 10.2.3). Undefined for anything else. */
export function retryAfterMsOf(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
