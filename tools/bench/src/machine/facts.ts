import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import type { BenchStack } from '../bench-stack.ts';

const run = promisify(execFile);

/** Asked of the servers, not taken from what they were told. */
const POSTGRES_SETTINGS = [
  'server_version',
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'shared_buffers',
];
const REDIS_SETTINGS = ['appendonly', 'appendfsync', 'maxmemory-policy'];

/** Without these a figure means nothing. */
export type MachineFacts = Readonly<Record<string, string>>;

/**
 * @param stack left out by what needs no servers
 * @param loadBefore of one minute, from before anything was started
 */
export async function machineFacts(stack: BenchStack | undefined, loadBefore: number): Promise<MachineFacts> {
  const postgres: Record<string, string> = {};
  for (const name of stack ? POSTGRES_SETTINGS : []) {
    const [row] = await stack!.database.query<{ value: string }>('SELECT current_setting($1) AS value', [
      name,
    ]);
    postgres[`Postgres ${name}`] = row!.value;
  }
  return {
    date: new Date().toISOString(),
    commit: await commit(),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: String(availableParallelism()),
    'memory GiB': (totalmem() / 2 ** 30).toFixed(1),
    'load before': loadBefore.toFixed(2),
    node: process.version,
    bullmq: (createRequire(import.meta.url)('bullmq/package.json') as { version: string }).version,
    ...postgres,
    ...(stack && (await redisFacts(stack.trial.redisUrl))),
  };
}

export const loadNow = (): number => loadavg()[0]!;

async function redisFacts(url: string): Promise<Record<string, string>> {
  const redis = new Redis(url);
  try {
    const facts = {
      'Redis redis_version': /redis_version:(\S+)/.exec(await redis.info('server'))?.[1] ?? 'unknown',
    };
    const settings: [string, string][] = [];
    for (const name of REDIS_SETTINGS) {
      const [, value] = (await redis.config('GET', name)) as string[];
      settings.push([`Redis ${name}`, value ?? 'unknown']);
    }
    return { ...facts, ...Object.fromEntries(settings) };
  } finally {
    redis.disconnect();
  }
}

/** A checkout without git, as of an archive, has none. */
async function commit(): Promise<string> {
  const cwd = import.meta.dirname;
  try {
    const { stdout: head } = await run('git', ['rev-parse', '--short=12', 'HEAD'], { cwd });
    const { stdout: changes } = await run('git', ['status', '--porcelain'], { cwd });
    return head.trim() + (changes.trim() === '' ? '' : ', changed since');
  } catch {
    return 'unknown';
  }
}
