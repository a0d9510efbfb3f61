import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openArtifactStore } from '@intermodal/artifacts';
import type { ArtifactStorage } from '@intermodal/config';
import { file, newUuid, parseId } from '@intermodal/contracts';
import {
  catalogueOf,
  compile,
  defineStage,
  FETCH_STAGE,
  type ArtifactStore,
  type Metrics,
  type StageCatalogue,
  type TaskQueue,
} from '@intermodal/pipeline';
import { Readiness } from '@intermodal/process';
import { openQueue } from '@intermodal/queue';
import { openLimiter } from '@intermodal/rate-limits';
import { LOCAL_TENANT, openRecords, type Records } from '@intermodal/records';
import { addressFault } from '@intermodal/outbound';
import { noTracing, openLog, type Tracing } from '@intermodal/telemetry';
import { derivedSecrets, httpWebhookSender } from '@intermodal/webhooks';
import { loadShippedPipelines, loadShippedStages } from '@intermodal/stages';
import { createDatabase, faultsOfAnswer, redisPrefix, redisUrl, routeOf } from '@intermodal/testing';
import { Client } from 'pg';
import { vi } from 'vitest';
import { z } from 'zod';
import { createApi } from './create-api.ts';
import type { ApiLimits, ApiParts } from './parts.ts';
import { PipelineShelf } from './pipelines/pipeline-shelf.ts';

export const KEY = 'im_local_0123456789abcdef0123';
export const OTHER_TENANT = '00000000-0000-7000-8000-00000000beef';

const listen = defineStage({
  name: 'test.listen',
  version: 1,
  pool: 'speech',
  summary: 'Says what it heard.',
  input: z.object({ audio: file('audio/*'), hint: z.string().nullish() }),
  params: z.object({ loudness: z.number().int().default(1) }),
  output: z.object({ text: z.string(), lines: z.array(z.string()) }),
  run: () => Promise.reject(new Error('The API runs no stage.')),
});

const DOCUMENTS = [1, 2].map((version) => ({
  name: 'listen',
  version,
  summary: 'Listens.',
  input: { audio: { media: 'audio/*' }, hint: { type: 'string', optional: true } },
  params: {
    type: 'object',
    properties: { loudness: { type: 'integer', default: 3, minimum: 0 }, tone: { enum: ['low', 'high'] } },
  },
  nodes: {
    heard: {
      stage: 'test.listen@1',
      in: { audio: '$input.audio', hint: '$input.hint' },
      params: { loudness: '$params.loudness' },
    },
  },
  output: { text: '$heard.text', 'lines?': '$heard.lines' },
}));

export interface RunningApi extends AsyncDisposable {
  readonly url: string;
  readonly records: Records;
  readonly queue: TaskQueue;
  readonly store: ArtifactStore;
  readonly catalogue: StageCatalogue;
  /** Every route that is served, as `GET /v1/jobs`. */
  readonly served: readonly string[];
  /** Beside the records. */
  sql(text: string, values: readonly unknown[]): Promise<void>;
  /** Files in the store. */
  stored(): Promise<string[]>;
  /** The log so far, as text. */
  log(): string;
  /** Sends with the key. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** As if a task of the tenant had taken so long today. */
  useSeconds(tenantId: string, seconds: number): Promise<void>;
  /** Another process' API over the same records and transport, as far as clients can tell. */
  beside(): Promise<{ readonly url: string; readonly close: () => Promise<void> }>;
  /** Finishes the oldest ready task of a job as a worker would. */
  finish(jobUuid: string, output: Record<string, unknown>): Promise<void>;
}

/** The real API on a real port, Postgres and Redis. */
export async function startApi(
  options: {
    limits?: Partial<ApiLimits>;
    redisUrl?: string;
    mode?: 'local' | 'cluster';
    openJobsMax?: number;
    tracing?: Tracing;
    /** With the stage that fetches files. */
    fetches?: true;
    /** A folder of its own when left out. */
    artifacts?: ArtifactStorage;
    /** What is shipped, in place of stages and pipelines for tests. */
    shipped?: true;
    metrics?: Metrics;
  } = {},
): Promise<RunningApi> {
  const database = await createDatabase();
  const records = openRecords({
    databaseUrl: database.url,
    connections: 4,
    ...(options.openJobsMax !== undefined && { openJobsMax: options.openJobsMax }),
  });
  await records.migrate();
  await addTenant(database.url, OTHER_TENANT);
  await records.keys.ensureLocalKey(createHash('sha256').update(KEY).digest());
  const transport = { redisUrl: options.redisUrl ?? redisUrl(), prefix: redisPrefix() };
  const queue = openQueue(transport);
  const limiter = openLimiter({ ...transport, patienceMs: 2_000 });
  const folder = await mkdtemp(join(tmpdir(), 'intermodal-api-'));
  const store = await openArtifactStore(options.artifacts ?? { kind: 'folder', folder });
  const shipped = await loadShippedStages();
  const fetching = options.fetches ? [shipped.get(FETCH_STAGE)!] : [];
  const catalogue = options.shipped ? shipped : catalogueOf([listen, ...fetching]);
  const documents = options.shipped ? await loadShippedPipelines() : DOCUMENTS;
  const lines: string[] = [];
  const served: string[] = [];
  const readiness = new Readiness();
  readiness.begin({ records, queue, store });
  const parts: ApiParts = {
    jobs: records.jobs,
    tasks: records.tasks,
    batches: records.batches,
    ingestions: records.ingestions,
    events: records.events,
    webhooks: {
      records: records.webhooks,
      sender: httpWebhookSender({ policy: { loopback: options.mode !== 'cluster', http: true } }),
      secrets: derivedSecrets('a-key-for-tests-0123456789abcdefgh'),
    },
    addressFault: (url) => addressFault(url, { loopback: options.mode !== 'cluster', http: true }),
    artifacts: records.artifacts,
    uploads: records.uploads,
    keys: records.keys,
    tenants: records.tenants,
    usage: records.usage,
    pools: records.pools,
    audit: records.audit,
    limiter,
    queue,
    store,
    catalogue,
    pipelines: records.pipelines,
    shelf: new PipelineShelf(documents.map((document) => compile(document, catalogue))),
    readiness,
    limits: {
      ...{
        uploadMaxBytes: 1_000_000,
        headersTimeoutMs: 15_000,
        bodyTimeoutMs: 30_000,
        uploadMinBytesPerSecond: 1_000,
        streamsMax: 20,
        streamStallMs: 30_000,
      },
      ...options.limits,
    },
    version: '0.0.0-test',
    tracing: options.tracing ?? noTracing,
    log: openLog(
      'info',
      { service: 'intermodal-api', version: '0.0.0-test' },
      { write: (line: string) => void lines.push(line) },
    ),
  };
  const app = await createApi({
    ...parts,
    ...(options.metrics && { metrics: options.metrics }),
    onRoute: ({ method, url }) => served.push(...[method].flat().map((one) => `${one} ${url}`)),
  });
  await app.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  const worker = newUuid();
  return {
    url,
    records,
    queue,
    store,
    catalogue,
    served,
    async sql(text, values) {
      const client = new Client({ connectionString: database.url });
      await client.connect();
      await client.query(text, [...values]);
      await client.end();
    },
    stored: async () => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
    },
    log: () => lines.join(''),
    async ask(path, init = {}) {
      const answer = await fetch(`${url}${path}`, {
        ...init,
        headers: { authorization: `Bearer ${KEY}`, ...(init.headers as Record<string, string> | undefined) },
      });
      await assertDocumented(init.method ?? 'GET', path, answer);
      return answer;
    },
    async useSeconds(tenantId, seconds) {
      const client = new Client({ connectionString: database.url });
      await client.connect();
      await client.query(
        `INSERT INTO intermodal.usage_task (tenant_id, day, pipeline, stage, engine, model, tasks, failed, seconds, prompt_tokens, completion_tokens)
         VALUES ($1, (now() AT TIME ZONE 'UTC')::date, 'p', 's@1', '', '', 1, 0, $2, 0, 0)`,
        [parseId('tenant', tenantId), seconds],
      );
      await client.end();
    },
    async beside() {
      const ownQueue = openQueue(transport);
      const other = await createApi({ ...parts, queue: ownQueue });
      await other.listen(0, '127.0.0.1');
      return {
        url: `http://127.0.0.1:${(other.getHttpServer().address() as AddressInfo).port}`,
        close: async () => {
          await other.close();
          await ownQueue.close();
        },
      };
    },
    async finish(jobUuid, output) {
      const tasks = await records.jobs.tasks(jobUuid, 10);
      const ids = tasks.map(({ id }) => id);
      // Who admits a task holds its row for a moment, and a claim passes over it.
      const { id: taskId, token } = await vi.waitFor(
        async () => {
          const [claimed] = (await records.tasks.claim(ids, worker)).tasks;
          if (!claimed) throw new Error('None of the tasks could be claimed.');
          return claimed;
        },
        { timeout: 10_000 },
      );
      const settled = await records.tasks.settle([
        { taskId, token, outcome: 'completed', output, artifacts: [], engine: 'toy', device: 'cpu' },
      ]);
      await queue.announce(settled.changedJobs);
    },
    async [Symbol.asyncDispose]() {
      await app.close();
      await queue.close();
      await limiter.close();
      await store.close();
      await records.close();
      await database.drop();
      await rm(folder, { recursive: true });
    },
  };
}

/** Every answer in these tests is one that the route table promises. */
async function assertDocumented(method: string, path: string, answer: Response): Promise<void> {
  const route = routeOf(method, path.split('?')[0]!);
  // A redirect was followed: what answers is a store.
  if (route === undefined || answer.redirected) return;
  const faults = await faultsOfAnswer(route, answer);
  if (faults.length > 0) throw new Error(`${method} ${path}: ${faults.join('; ')}.`);
}

export { LOCAL_TENANT };

async function addTenant(databaseUrl: string, id: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query("INSERT INTO tenant (id, name) VALUES ($1, 'other')", [id]);
  await client.end();
}
