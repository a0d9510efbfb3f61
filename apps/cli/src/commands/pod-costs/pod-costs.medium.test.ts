import { newUuid } from '@intermodal/contracts';
import { openRecords, type Records } from '@intermodal/records';
import { createDatabase } from '@intermodal/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandContext } from '../context.ts';
import { createProgram, runProgram } from '../program.ts';
import { firstToGo, startClusterApi, type ClusterApi } from './cluster-api.testing.ts';

let database: Awaited<ReturnType<typeof createDatabase>>;
let records: Records;
let sql: pg.Client;

beforeAll(async () => {
  database = await createDatabase();
  records = openRecords({ databaseUrl: database.url });
  await records.migrate();
  sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
  await sql.query('SET search_path = intermodal');
});
afterAll(async () => {
  await sql.end();
  await records.close();
  await database.drop();
});

/** A worker in a pod of that name, and how many tasks it runs. */
async function worker(host: string, running: number): Promise<void> {
  const id = newUuid();
  await records.tasks.heartbeat(
    { id, pool: 'text', host, stages: ['toy.make@1'], slots: 4, engines: {} },
    [],
  );
  await sql.query(
    `INSERT INTO task (id, job_id, tenant_id, path, node, chain, stage, state, deps_left, lease_until, started_at, worker_id)
     SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'made', 'made', '{""}', 'toy.make@1', 'running', 0, now() + interval '1 h', now(), $2
     FROM generate_series(1, $1)`,
    [running, id],
  );
}
async function podCosts(api: ClusterApi): Promise<{ code: number; printed: string[]; notes: string[] }> {
  const [printed, notes]: [string[], string[]] = [[], []];
  const context = {
    config: () => ({ databaseUrl: database.url }),
    print: (line: string) => void printed.push(line),
    note: (line: string) => void notes.push(line),
    signal: new AbortController().signal,
    exitCode: 0,
  } as unknown as CommandContext;
  const args = ['pod-costs', '--once', '--server', api.url, '--account', api.account];
  return { code: await runProgram(createProgram(context, '0'), args, context), printed, notes };
}

const LABEL = 'intermodal.dev/pool';

describe('intermodal pod-costs', () => {
  it('has the idle one of a pool go first, and writes what changed, once', async () => {
    await worker('text-a', 2);
    await worker('text-b', 1);
    await worker('text-c', 0);
    const text = { [LABEL]: 'text' };
    await using api = await startClusterApi({
      ...{ 'text-a': text, 'text-b': text, 'text-c': text },
      ...{ 'vision-a': { [LABEL]: 'vision' }, 'api-a': { app: 'api' } },
    });
    expect(firstToGo(api.pods.values())).toBe('api-a');
    expect(await podCosts(api)).toEqual({ code: 0, printed: ['text-a 1', 'text-b 1'], notes: [] });
    // Two pages of pods, then those that are busy.
    expect(api.requests).toEqual(['GET', 'GET', 'PATCH text-a', 'PATCH text-b']);
    const ofText = () => [...api.pods.values()].filter(({ metadata }) => metadata.labels[LABEL] === 'text');
    expect(firstToGo(ofText())).toBe('text-c');

    api.rotateToken('second');
    expect(await podCosts(api)).toMatchObject({ code: 0, printed: [] });

    // The idle one becomes busy, and another one idle.
    await worker('text-c', 3);
    await sql.query(
      `UPDATE task SET state = 'completed' WHERE worker_id IN (SELECT id FROM worker WHERE host = 'text-a')`,
    );
    expect((await podCosts(api)).printed).toEqual(['text-a 0', 'text-c 1']);
    expect(firstToGo(ofText())).toBe('text-a');
  });

  it('says what the cluster refused, and changes nothing', async () => {
    await using api = await startClusterApi({ 'text-a': { [LABEL]: 'text' } });
    api.refuse = 403;
    const { code, notes } = await podCosts(api);
    expect(code).not.toBe(0);
    expect(notes.join()).toMatch(/GET .*pods was answered 403: .*refused/);
  });

  it('does not speak to a server whose certificate nobody vouches for', async () => {
    await using api = await startClusterApi({});
    await using other = await startClusterApi({});
    const { code, notes } = await podCosts({ ...api, account: other.account });
    expect(code).not.toBe(0);
    expect(notes.join()).toMatch(/self-signed|certificate/i);
    expect(api.requests).toEqual([]);
  });
});
