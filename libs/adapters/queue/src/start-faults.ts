import { Redis } from 'ioredis';

/** The oldest that BullMQ recommends. */
const OLDEST = [6, 2];
const WITHIN_MS = 5_000;

/**
 * Why this Redis cannot carry tasks, each with its cure. One that keeps nothing on disk can: whatever it loses is sent again.
 * @param options.needed whether it is a fault that it is away
 */
export async function queueFaults(url: string, { needed }: { needed: boolean }): Promise<string[]> {
  const redis = new Redis(url, {
    ...{ lazyConnect: true, connectTimeout: WITHIN_MS, commandTimeout: WITHIN_MS, maxRetriesPerRequest: 0 },
    retryStrategy: () => null,
  });
  let reason: string | undefined;
  redis.on('error', (error: Error) => (reason ??= error.message));
  try {
    await redis.connect();
    return infoFaults(await redis.info());
  } catch (error) {
    if (!needed) return [];
    const why = reason ?? (error as Error).message;
    return [`REDIS_URL: Redis cannot be used there (${why}). Start it, or mend the address or the password.`];
  } finally {
    redis.disconnect();
  }
}

/** @param info what Redis answers to INFO */
export function infoFaults(info: string): string[] {
  const of = (name: string): string | undefined => new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1];
  const [version, policy] = [of('redis_version'), of('maxmemory_policy')];
  const faults: string[] = [];
  if (version !== undefined && isOlder(version))
    faults.push(
      `REDIS_URL: Redis there is ${version}, and ${OLDEST.join('.')} is the oldest that can be used. Upgrade it.`,
    );
  if (policy !== undefined && policy !== 'noeviction')
    faults.push(
      `REDIS_URL: Redis has maxmemory-policy '${policy}': set it to 'noeviction', or deliveries would be lost.`,
    );
  return faults;
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < OLDEST[0]! || (major === OLDEST[0] && minor < OLDEST[1]!);
}
