import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import type { Violation } from './law.ts';
import type { RunRecord } from './record.ts';

/** L7: leases in the record, deliveries in Redis, folders of tasks. */
export function checkLeftovers(
  { tasks }: RunRecord,
  deliveries: readonly string[],
  folders: readonly string[],
): Violation[] {
  const leases = tasks
    .filter(({ leased }) => leased)
    .map(({ path, jobId }) => `task ${path} of job ${jobId} is still leased`);
  return [
    ...leases,
    ...deliveries.map((key) => `delivery ${key} is still in Redis`),
    ...folders.map((folder) => `scratch folder ${folder} is still there`),
  ].map((what) => ({ law: 'L7', what }));
}

/** A delivery is a key `<queue>:<task id>@<attempt>`. */
export async function deliveriesIn(redis: Redis): Promise<string[]> {
  const found = new Set<string>();
  for await (const keys of redis.scanStream({ match: '*@*', count: 1_000 }))
    for (const key of keys as string[]) if (/@\d+$/.test(key)) found.add(key);
  return [...found];
}

/** One folder per process, in it one per task. */
export function foldersIn(scratch: string): string[] {
  if (!existsSync(scratch)) return [];
  return readdirSync(scratch).flatMap((own) =>
    readdirSync(join(scratch, own)).map((task) => `${own}/${task}`),
  );
}
