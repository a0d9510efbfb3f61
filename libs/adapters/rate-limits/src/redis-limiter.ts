import type { RequestLimit, RequestLimiter, RequestTaken } from '@intermodal/pipeline';
import { Redis } from 'ioredis';
import { take, takenOf } from './bucket.ts';

export interface LimiterOptions {
  readonly redisUrl: string;
  /** Before each key in Redis. */
  readonly prefix?: string;
  /** How long a request waits for Redis; 50 when left out. */
  readonly patienceMs?: number;
  /** Hears when Redis went away, and when it came back. */
  readonly onChange?: (shared: boolean, error?: unknown) => void;
}

/** Redis decides, in its own time; this is `take` of bucket.ts. Returns what `takenOf` needs. */
const SCRIPT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local each = 1000 / tonumber(ARGV[1])
local from = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local wait = from + each - ARGV[2] * each - now
if wait >= 0.5 then return {0, tostring(from - now), tostring(wait)} end
redis.call('SET', KEYS[1], string.format('%.3f', from + each), 'PX', math.ceil(from + each - now))
return {1, tostring(from + each - now), tostring(wait)}`;

/** So long nobody asks a Redis that did not answer: requests would wait for it one after the other. */
const AWAY_MS = 1_000;
/** Tenants that are remembered here while Redis is away. */
const REMEMBERED = 10_000;

type Scripted = Redis & {
  takeRequest(key: string, perSecond: number, burst: number): Promise<[number, string, string]>;
};

/** While Redis is away each process counts for itself. */
export function openLimiter(options: LimiterOptions): RequestLimiter {
  const { patienceMs = 50, prefix = 'intermodal' } = options;
  const redis = new Redis(options.redisUrl, {
    commandTimeout: patienceMs,
    connectTimeout: 2_000,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(100 * 2 ** times, 2_000),
  }) as Scripted;
  redis.defineCommand('takeRequest', { numberOfKeys: 1, lua: SCRIPT });
  // It is heard of by the command that fails.
  redis.on('error', () => {});
  const own = new Map<string, number>();
  let shared = true;
  let awayUntil = -Infinity;

  const tell = (now: boolean, error?: unknown): void => {
    if (shared === now) return;
    shared = now;
    own.clear();
    options.onChange?.(now, error);
  };
  const takeHere = (who: string, limit: RequestLimit): RequestTaken => {
    const taken = take(own.get(who) ?? 0, performance.now(), limit);
    own.delete(who);
    own.set(who, taken.fullAt);
    for (const oldest of own.keys()) {
      if (own.size <= REMEMBERED) break;
      own.delete(oldest);
    }
    return taken;
  };
  return {
    async take(who, limit) {
      if (performance.now() < awayUntil) return takeHere(who, limit);
      try {
        const [allowed, full, wait] = await redis.takeRequest(
          `${prefix}:rate:${who}`,
          limit.perSecond,
          limit.burst,
        );
        tell(true);
        return takenOf(allowed === 1, Number(full), 0, Number(wait), limit);
      } catch (error) {
        awayUntil = performance.now() + AWAY_MS;
        tell(false, error);
        return takeHere(who, limit);
      }
    },
    close() {
      redis.disconnect();
      return Promise.resolve();
    },
  };
}
