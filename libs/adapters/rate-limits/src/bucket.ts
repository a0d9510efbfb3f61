import type { RequestLimit, RequestTaken } from '@intermodal/pipeline';

/**
 * The generic cell rate algorithm (ITU-T I.371): all that is kept of the past is the moment at which the bucket is full again.
 * The script of redis-limiter.ts is the same in Lua.
 * @param fullAt of before, in milliseconds of the same clock as `now`
 */
export function take(
  fullAt: number,
  now: number,
  { perSecond, burst }: RequestLimit,
): RequestTaken & { readonly fullAt: number } {
  const each = 1_000 / perSecond;
  const from = Math.max(fullAt, now);
  const wait = from + each - burst * each - now;
  // A fraction of a millisecond is no reason to refuse.
  const allowed = wait < 0.5;
  return takenOf(allowed, allowed ? from + each : from, now, wait, { perSecond, burst });
}

export const takenOf = (
  allowed: boolean,
  fullAt: number,
  now: number,
  wait: number,
  { perSecond, burst }: RequestLimit,
): RequestTaken & { readonly fullAt: number } => ({
  allowed,
  fullAt,
  remaining: Math.max(0, Math.floor(burst - ((fullAt - now) * perSecond) / 1_000 + 0.001)),
  retryAfterMs: allowed ? 0 : Math.ceil(wait),
  resetMs: Math.ceil(Math.max(0, fullAt - now)),
});
