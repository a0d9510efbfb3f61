import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startRedis } from '@intermodal/local-services';
import { openRecords } from '@intermodal/records';
import { createDatabase, redisUrl, type TestDatabase } from '@intermodal/testing';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
/** Nobody listens there. */
const NOWHERE = '127.0.0.1:1';

let folder: string;
let empty: TestDatabase;
let migrated: TestDatabase;
let good: Record<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-refused-'));
  empty = await createDatabase();
  migrated = await createDatabase();
  const records = openRecords({ databaseUrl: migrated.url, connections: 1 });
  await records.migrate();
  await records.close();
  good = {
    ...{ INTERMODAL_MODE: 'cluster', DATABASE_URL: migrated.url, REDIS_URL: redisUrl() },
    ...{ ARTIFACT_FOLDER: join(folder, 'artifacts'), INTERMODAL_DATA_DIR: join(folder, 'data') },
    ...{ INTERMODAL_PORT: '0', INTERMODAL_LOG_LEVEL: 'warn' },
  };
});
afterAll(async () => {
  await empty.drop();
  await migrated.drop();
  await rm(folder, { recursive: true });
});

interface Outcome {
  /** Null: it was ready, and was told to end. */
  readonly code: number | null;
  readonly complaint: string;
  readonly seconds: number;
}

/** The real process; it is told to end when it is ready. */
async function start(
  program: 'api' | 'workers',
  environment: Record<string, string | undefined>,
  args: readonly string[] = program === 'workers' ? ['--pool', 'text'] : [],
): Promise<Outcome> {
  const begun = performance.now();
  const child = spawn(process.execPath, [join(ROOT, `apps/${program}/dist/main.js`), ...args], {
    env: { PATH: process.env.PATH, ...good, ...environment },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let complaint = '';
  child.stderr!.on('data', (data: Buffer) => (complaint += data.toString()));
  let isReady = false;
  child.on('message', ({ type }: { type: string }) => {
    if (type !== 'ready') return;
    isReady = true;
    child.kill('SIGTERM');
  });
  const [code] = (await once(child, 'close')) as [number | null];
  const seconds = (performance.now() - begun) / 1_000;
  return { code: isReady ? null : code, complaint, seconds };
}

/** Each fault of the one message. */
const faultsOf = ({ complaint }: Outcome): string[] =>
  complaint.split('\n').flatMap((line) => /^ {2}- (.*)$/.exec(line)?.[1] ?? []);

/** An S3 that lets nobody in, as one answers whose keys have no rights. */
async function startForbidding() {
  const body =
    '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>';
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(403, { 'content-type': 'application/xml' }).end(body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((done) => server.close(done)),
  };
}

describe.each(['api', 'workers'] as const)('%s', (program) => {
  test('with all that it needs it starts', async () => {
    // Engines are for a machine to have: in a cluster a worker without them does not start.
    const mode = program === 'workers' ? { INTERMODAL_MODE: 'local' } : {};
    expect(await start(program, mode)).toMatchObject({ code: null });
  });

  test('settings, Postgres, Redis and S3: every fault in one message, within seconds', async () => {
    const redis = await startRedis({ dataFolder: folder, logFile: join(folder, 'redis.log'), fast: true });
    const admin = new Redis(redis.url);
    await admin.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const s3 = await startForbidding();
    const outcome = await start(program, {
      ...{ INTERMODAL_DRAIN_MS: 'soon', OTEL_EXPORTER_OTLP_HEADERS: 'a=hunter2' },
      ...{ DATABASE_URL: `postgres://someone:hunter2@${NOWHERE}/none`, REDIS_URL: redis.url },
      ...{ ARTIFACT_FOLDER: undefined, S3_ENDPOINT: s3.url, S3_BUCKET: 'files', S3_FORCE_PATH_STYLE: 'true' },
      ...{ S3_ACCESS_KEY_ID: 'someone', S3_SECRET_ACCESS_KEY: 'hunter2' },
    });
    admin.disconnect();
    await redis.stop();
    await s3.close();
    expect(outcome.code).toBe(1);
    expect(outcome.seconds).toBeLessThan(30);
    expect(outcome.complaint).toMatch(/^The (API|workers) cannot start, for 5 faults:\n/);
    expect(outcome.complaint).not.toContain('hunter2');
    expect(faultsOf(outcome)).toEqual([
      expect.stringMatching(/^INTERMODAL_DRAIN_MS is 'soon': expected a whole number/),
      expect.stringMatching(/^OTEL_EXPORTER_OTLP_HEADERS is set, but OTEL_EXPORTER_OTLP_ENDPOINT is not/),
      expect.stringMatching(/^DATABASE_URL: Postgres cannot be used there \(.*ECONNREFUSED.*\)\. Start it/),
      expect.stringMatching(/^REDIS_URL: Redis has maxmemory-policy 'allkeys-lru': set it to 'noeviction'/),
      expect.stringMatching(/^S3_BUCKET 'files' cannot be opened: .*403.*Make the bucket, mend S3_ENDPOINT/),
    ]);
  });

  test.each<[string, Record<string, string | undefined>, RegExp]>([
    ['both stores', { S3_BUCKET: 'b' }, /^ARTIFACT_FOLDER and S3_\* are both set/],
    ['no store', { ARTIFACT_FOLDER: undefined }, /^ARTIFACT_FOLDER or S3_BUCKET must be set/],
    ['no database', { DATABASE_URL: undefined }, /^DATABASE_URL is not set/],
    [
      'a file in the place of a folder',
      { ARTIFACT_FOLDER: `${import.meta.filename}/artifacts` },
      /^ARTIFACT_FOLDER '.*' cannot be opened: .*ENOTDIR.*Make the folder/,
    ],
  ])('%s is one fault', async (_what, environment, fault) => {
    const outcome = await start(program, environment);
    expect(outcome.code).toBe(1);
    expect(faultsOf(outcome)).toEqual([expect.stringMatching(fault)]);
  });

  test('a database without the migrations is refused', async () => {
    const outcome = await start(program, { DATABASE_URL: empty.url });
    expect(outcome.code).toBe(1);
    expect(faultsOf(outcome)).toEqual([
      expect.stringMatching(/lacks .*0001-tables\.sql.* and \d+ more\. Run `intermodal migrate`/),
    ]);
  });

  test('a database that a newer version migrated, so that older ones cannot work with it, is refused', async () => {
    const client = new pg.Client({ connectionString: migrated.url });
    await client.connect();
    const later = 'migrations/9999-breaking-ids.sql';
    await client.query("INSERT INTO intermodal.migration (name, sha256) VALUES ($1, '')", [later]);
    const outcome = await start(program, {});
    await client.query('DELETE FROM intermodal.migration WHERE name = $1', [later]);
    await client.end();
    expect(outcome.code).toBe(1);
    expect(faultsOf(outcome)).toEqual([
      expect.stringMatching(/9999-breaking-ids.*cannot work with.*newer version/),
    ]);
  });
});

test('without Redis workers are refused; the API starts, because jobs are accepted without it', async () => {
  const environment = { REDIS_URL: `redis://${NOWHERE}` };
  const [api, workers] = await Promise.all([start('api', environment), start('workers', environment)]);
  expect(api.code).toBeNull();
  expect(workers.code).toBe(1);
  expect(faultsOf(workers)).toEqual([
    expect.stringMatching(/^REDIS_URL: Redis cannot be used there \(.*ECONNREFUSED/),
  ]);
});

test('workers of no pool are told so with everything else', async () => {
  const outcome = await start('workers', { DATABASE_URL: empty.url }, ['--pool', 'tea']);
  expect(outcome.code).toBe(1);
  expect(faultsOf(outcome)).toEqual([
    expect.stringMatching(/^--pool must be one of/),
    expect.stringMatching(/lacks/),
  ]);
});
