import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { StackHost } from '@intermodal/trial';
import { shapes } from '../round/work.ts';
import type { Round } from '../round/round.ts';
import { defineScenario, type Scenario } from '../scenario.ts';

const HERE = {
  trial: resolve(import.meta.dirname, '../../../trial/dist'),
  root: resolve(import.meta.dirname, '../../../..'),
};

/** Six hosts: the API, two with workers, Postgres, Redis, S3. */
const onHosts = {
  hosts: true,
  noneGivenUp: true,
  slots: 8,
  stack: { workers: 4, apis: 2, drainMs: 10_000 },
} as const;

/** So much that there is always something under way. */
const load = (jobs: number) => shapes(jobs, { ms: 400, items: 28 });

const calm = defineScenario({
  ...onHosts,
  name: 'hosts-calm',
  injects: 'nothing: jobs across six hosts, every one of which must have sent something',
  short: { jobs: 24 },
  full: { jobs: 400 },
  effects: [
    'kib-from-api',
    'kib-from-pool-a',
    'kib-from-pool-b',
    'kib-from-postgres',
    'kib-from-redis',
    'kib-from-s3',
  ],
  async run(round, { jobs }) {
    const { network } = round;
    const before = new Map(network.names.map((name) => [name, network.sentBy(name)]));
    await round.submitAll(shapes(jobs, { ms: 50 }), { spreadMs: jobs * 100 });
    for (const [name, bytes] of before)
      round.effect(`kib-from-${name}`, Math.round((network.sentBy(name) - bytes) / 1024));
    round.expectNoRefusals();
  },
});

interface Cut {
  readonly jobs: number;
  readonly cuts: number;
  readonly awayMs: number;
}

/** What the workers of one host may hold: a task for each slot, and of a micro-batch twice a call, which is of eight here. */
const heldByHost = (round: Round): number => round.concurrency / 2 + (round.stack.workers.length / 2) * 2 * 8;

/** Jobs are submitted all the while: before, during and after. */
async function underLoad({ jobs, cuts, awayMs }: Cut, round: Round, act: () => Promise<void>): Promise<void> {
  await Promise.all([
    round.submitAll(load(jobs), { spreadMs: cuts * awayMs * 1.5 }),
    round.every(awayMs / 4, cuts, act),
  ]);
}

/** By what the record says, which is out of reach itself while its own link is cut. */
async function tasksDone(round: Round): Promise<number> {
  const { rows } = await round.database.query<{ tasks: number }>(
    `SELECT count(*)::int AS tasks FROM intermodal.task WHERE state = 'completed'`,
  );
  return rows[0]!.tasks;
}

/** @param othersGoOn how much the hosts that are left do meanwhile is seen */
const cutOff = (
  host: StackHost,
  repeats: (round: Round) => number,
  effects: readonly string[],
  othersGoOn = false,
): Scenario =>
  defineScenario<Cut>({
    ...onHosts,
    name: `hosts-${host}-cut`,
    injects: `the link of ${host} cut for a while under load, without anybody being told`,
    short: { jobs: 60, cuts: 1, awayMs: 10_000 },
    full: { jobs: 720, cuts: 2, awayMs: 60_000 },
    byName: true,
    effects: ['cuts', ...effects, ...(othersGoOn ? ['done-meanwhile'] : [])],
    async run(round, size) {
      await underLoad(size, round, async () => {
        await round.network.cut(host);
        round.fault('cuts', repeats(round));
        const before = othersGoOn ? await tasksDone(round) : 0;
        await round.pause(size.awayMs);
        if (othersGoOn) round.effect('done-meanwhile', (await tasksDone(round)) - before);
        await round.network.mend(host);
      });
      // Every file that could not be stored cost an attempt.
      round.allow(round.seen('puts-failed'));
    },
  });

const lost = defineScenario<{ jobs: number }>({
  ...onHosts,
  name: 'hosts-lost',
  injects:
    'a host of workers is gone for good in the middle of its work: its link first, then all processes and its disk',
  short: { jobs: 60 },
  full: { jobs: 600 },
  effects: ['hosts-lost', 'lease-expiries'],
  async run(round, { jobs }) {
    await Promise.all([
      round.submitAll(load(jobs), { spreadMs: jobs * 150 }),
      round.every(jobs * 50, 1, async () => {
        await round.network.cut('pool-b');
        round.fault('hosts-lost');
        await round.stack.lose('pool-b');
      }),
    ]);
  },
});

const upgrade = defineScenario({
  ...onHosts,
  name: 'hosts-upgrade',
  injects:
    'an upgrade from an earlier version under load: the migration, then each API process, then each worker, which drains',
  fromPrevious: true,
  short: { jobs: 60, everyMs: 500 },
  full: { jobs: 600, everyMs: 5_000 },
  effects: ['migrated', 'apis-replaced', 'workers-replaced'],
  async run(round, { jobs, everyMs }) {
    const replaceAll = async (): Promise<void> => {
      await round.pause(everyMs);
      const cli = join(HERE.root, 'apps/cli/dist/main.js');
      const environment = { PATH: '/usr/bin:/bin', DATABASE_URL: round.stack.databaseUrl };
      const { stdout } = await promisify(execFile)(process.execPath, [cli, 'migrate', '--json'], {
        env: environment,
      });
      round.effect('migrated');
      round.effect('migrations', (JSON.parse(stdout) as { applied: string[] }).applied.length);
      for (const api of [...round.stack.apis]) {
        await round.pause(everyMs);
        round.fault('apis-replaced');
        await round.stack.replace(api, HERE.trial);
      }
      for (const worker of [...round.stack.workers]) {
        await round.pause(everyMs);
        // No fault in the sense of L8: not one execution may be repeated.
        round.fault('workers-replaced');
        await round.stack.replace(worker, HERE.trial);
      }
    };
    await Promise.all([round.submitAll(load(jobs), { spreadMs: 6 * (everyMs + 2_500) }), replaceAll()]);
  },
});

export const hosts: readonly Scenario[] = [
  { ...calm, byName: true },
  cutOff('pool-a', heldByHost, ['lease-expiries'], true),
  cutOff('redis', (round) => round.concurrency, ['sends-failed']),
  cutOff('postgres', (round) => round.concurrency, ['refused-submits']),
  cutOff('s3', (round) => round.concurrency, []),
  { ...lost, byName: true },
  { ...upgrade, byName: true },
  {
    ...lost,
    name: 'hosts-lost-without-sweeper',
    injects: 'a host of workers is gone for good, and nobody sweeps',
    byName: true,
    effects: ['hosts-lost'],
    without: { part: 'sweeper', breaks: ['L2', 'L7'] },
  },
];
