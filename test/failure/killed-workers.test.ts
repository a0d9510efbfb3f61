import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ArtifactRef, JobView } from '@intermodal/client';
import { POOLS } from '@intermodal/pipeline';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { descendants, isAlive, speak, startRunningStack, type RunningStack } from '../running-stack.ts';

let stack: RunningStack;
let folder: string;
let recording: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-failure-'));
  recording = speak(
    [
      'The weather is very nice today.',
      'How much does it cost?',
      'I would like two tickets.',
      'Where is the train station?',
      'Thank you very much.',
    ],
    join(folder, 'in.wav'),
  );
  stack = await startRunningStack({ INTERMODAL_LEASE_MS: '1000' });
});
afterAll(async () => {
  await stack.stop();
  await rm(folder, { recursive: true });
});

async function submit(): Promise<string> {
  const { id } = await stack.client.artifacts.upload(recording);
  return (
    await stack.client.jobs.submit({ pipeline: 'speech-to-speech', input: { audio: { artifact: id } } })
  ).id;
}

/** What must not depend on who died when: values, and the content of files. */
const meaning = ({ status, output }: JobView): unknown => ({
  status,
  output: Object.fromEntries(
    Object.entries(output ?? {}).map(([name, value]) => [
      name,
      (value as ArtifactRef | null)?.sha256 ?? value,
    ]),
  ),
});

/** The same numbers for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function killWorkers(): Promise<{ killed: number[]; left: number[] }> {
  const workers = Object.entries(await stack.processes()).filter(([name]) => name.startsWith('worker-'));
  expect(workers.map(([name]) => name).sort()).toEqual(POOLS.map((pool) => `worker-${pool}`).sort());
  const killed = workers.map(([, pid]) => pid);
  const left = killed.flatMap(descendants);
  for (const pid of killed) process.kill(pid, 'SIGKILL');
  return { killed, left };
}

test('all workers killed in mid-work, three times: the same outputs, one commit a task, nothing left behind', async () => {
  const undisturbed = await stack.client.jobs.wait(await submit(), { pollMs: 100 });
  expect(undisturbed.status).toBe('completed');
  let expiries = 0;
  for (const seed of [1, 2, 3]) {
    const next = random(seed);
    // How far the job has come when its workers die differs from seed to seed.
    const enough = Math.floor(next() * 6);
    const id = await submit();
    const running = Promise.withResolvers<void>();
    const ended = stack.client.jobs.wait(id, {
      pollMs: 20,
      onChange: ({ tasks }) => {
        const items = tasks?.filter(({ path }) => path.startsWith('lines[')) ?? [];
        const completed = items.filter(({ status }) => status === 'completed').length;
        if (completed >= enough && items.some(({ status }) => status === 'running')) running.resolve();
      },
    });
    await running.promise;
    await delay(next() * 300);
    const { left } = await killWorkers();
    expect(left.length).toBeGreaterThan(0);
    await expect.poll(() => left.filter(isAlive), { timeout: 5_000 }).toEqual([]);
    const job = await ended;
    expect(job.error).toBeUndefined();
    expect(meaning(job)).toEqual(meaning(undisturbed));
    const again = job.tasks!.filter(({ attempt }) => attempt > 1);
    expiries += again.length;
    console.info(
      `seed ${seed}: ${again.length} of ${job.tasks!.length} tasks ran again: ${again.map(({ path }) => path).join(', ')}`,
    );
  }
  expect(expiries).toBeGreaterThan(0);
  expect(await counts()).toEqual({ twice: 0, open: 0, events: 4, jobs: 4, crashes: expiries });
  await expect.poll(() => stack.scratch()).toEqual([]);
});

/** From the record itself. */
async function counts(): Promise<Record<string, number>> {
  const database = new pg.Client({ connectionString: await stack.databaseUrl() });
  await database.connect();
  try {
    await database.query('SET search_path = intermodal');
    const { rows } = await database.query<Record<string, number>>(`SELECT
      (SELECT count(*)::int FROM task WHERE commits <> 1 AND state = 'completed' AND stage IS NOT NULL) AS twice,
      (SELECT count(*)::int FROM task WHERE state IN ('waiting', 'ready', 'running') OR lease_until IS NOT NULL) AS open,
      (SELECT sum(crashes)::int FROM task) AS crashes,
      (SELECT count(*)::int FROM event) AS events,
      (SELECT count(*)::int FROM job) AS jobs`);
    return rows[0]!;
  } finally {
    await database.end();
  }
}
