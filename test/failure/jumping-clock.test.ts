import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IntermodalApiError, IntermodalClient } from '@intermodal/client';
import { startTrialStack, type TrialStack } from '@intermodal/trial';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** Of Debian's package faketime; that of one thread deadlocks Node. */
const library = readdirSync('/usr/lib')
  .map((name) => join('/usr/lib', name, 'faketime/libfaketimeMT.so.1'))
  .find((path) => existsSync(path));

const HOUR_S = 3_600;
const JOBS = 12;

describe.skipIf(library === undefined)(
  'a clock that jumps (skipped without the Debian package faketime)',
  () => {
    let stack: TrialStack;
    let folder: string;
    let clock: string;
    let sql: pg.Client;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'intermodal-clock-'));
      clock = join(folder, 'clock');
      await setClock(0);
      // The monotonic clock is nobody's to set, and stays.
      const jumping = {
        ...{ LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: clock, FAKETIME_CACHE_DURATION: '1' },
        ...{ FAKETIME_DONT_FAKE_MONOTONIC: '1', DONT_FAKE_MONOTONIC: '1' },
      };
      stack = await startTrialStack({
        ...{ workers: 2, apis: 2, careless: true, base: process.env },
        environment: {
          INTERMODAL_LEASE_MS: '2000',
          INTERMODAL_HEARTBEAT_MS: '500',
          INTERMODAL_SWEEP_MS: '200',
        },
        workerEnvironment: () => jumping,
        apiEnvironment: (i) => (i === 1 ? jumping : {}),
      });
      sql = new pg.Client({ connectionString: stack.databaseUrl });
      await sql.connect();
      await sql.query('SET search_path = intermodal');
    });
    afterAll(async () => {
      await sql.end();
      await stack.stop();
      await rm(folder, { recursive: true });
    });

    /** For those that read it; whole at every moment. */
    async function setClock(seconds: number): Promise<void> {
      await writeFile(`${clock}.part`, `${seconds < 0 ? '' : '+'}${seconds}\n`);
      await rename(`${clock}.part`, clock);
    }
    /** How far the clock of a process is off, as a header of its API tells, in hours. */
    async function hoursOff(): Promise<number> {
      const date = (await fetch(`${stack.urls[1]!}/livez`)).headers.get('date')!;
      // Not -0, which is another number to a test.
      return Math.round((Date.parse(date) - Date.now()) / 1_000 / HOUR_S) + 0;
    }
    async function jump(seconds: number): Promise<void> {
      await setClock(seconds);
      await expect.poll(hoursOff, { timeout: 15_000 }).toBe(seconds / HOUR_S);
    }

    test('neither loses nor doubles a task, nor stretches the wait for another try', async () => {
      const [client] = stack.clients;
      const ids: string[] = [];
      for (let i = 0; i < JOBS; i++)
        ids.push(
          (await client!.jobs.submit({ pipeline: 'trial-chain', input: { value: i }, params: { ms: 4_000 } }))
            .id,
        );
      const failing = await client!.jobs.submit({
        pipeline: {
          ...{ name: 'failing', version: 1, input: { value: {} }, output: { value: '$only.value' } },
          nodes: {
            only: {
              stage: 'trial.fail@1',
              in: { value: '$input.value' },
              params: { kind: 'operational' },
            },
          },
        } as never,
        input: { value: 'x' },
      });
      // Leases of 2 s are renewed many times in each of these times.
      for (const seconds of [HOUR_S, -HOUR_S, 0, HOUR_S]) await jump(seconds);
      for (const id of ids)
        expect(
          await client!.jobs.wait(id, { pollMs: 100, signal: AbortSignal.timeout(90_000) }),
        ).toMatchObject({
          status: 'completed',
          output: { value: ids.indexOf(id) },
        });
      const failed = await client!.jobs.wait(failing.id, {
        pollMs: 100,
        signal: AbortSignal.timeout(90_000),
      });
      expect(failed).toMatchObject({ status: 'failed', error: { code: 'model.unavailable' } });
      expect(failed.tasks).toMatchObject([{ attempt: 3 }]);
      const { rows } = await sql.query<Record<string, number>>(`SELECT
      count(*) FILTER (WHERE commits <> 1)::int AS "notOnce", sum(crashes)::int AS crashes,
      count(*) FILTER (WHERE stage <> 'trial.fail@1' AND attempt <> 1)::int AS again, count(*)::int AS tasks,
      max(extract(epoch FROM finished_at - started_at))::int < 60 AS "inTime" FROM task`);
      expect(rows).toEqual([{ notOnce: 0, crashes: 0, again: 0, tasks: 3 * JOBS + 1, inTime: true }]);
    });

    test('a key ends when it ends by the clock of the record, whatever the API thinks that it is', async () => {
      await jump(0);
      const make = async (seconds: number): Promise<string> => {
        const answer = await fetch(`${stack.urls[0]!}/v1/keys`, {
          method: 'POST',
          headers: { authorization: `Bearer ${stack.key}`, 'content-type': 'application/json' },
          body: JSON.stringify({
            ...{ name: 'test', scopes: ['jobs:read'] },
            expiresAt: new Date(Date.now() + seconds * 1_000).toISOString(),
          }),
        });
        expect(answer.status).toBe(201);
        return ((await answer.json()) as { key: string }).key;
      };
      const codeOf = async (key: string): Promise<string> => {
        try {
          await new IntermodalClient({ url: stack.urls[1]!, key }).jobs.list();
          return 'let in';
        } catch (error) {
          if (error instanceof IntermodalApiError) return error.code;
          throw error;
        }
      };
      const [short, long] = [await make(5), await make(1_800)];
      await jump(HOUR_S);
      expect(await codeOf(long)).toBe('let in');
      await jump(-HOUR_S);
      await expect.poll(() => codeOf(short), { timeout: 20_000 }).toBe('key.invalid');
      expect(await codeOf(long)).toBe('let in');
    });
  },
);
