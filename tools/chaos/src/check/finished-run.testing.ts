import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { openArtifactStore } from '@intermodal/artifacts';
import { newUuid, showId, type ArtifactRef } from '@intermodal/contracts';
import { checkSubmission, type ArtifactStore, type ClaimedTask, type Settlement } from '@intermodal/pipeline';
import { LOCAL_TENANT, openRecords, type Records } from '@intermodal/records';
import { createDatabase } from '@intermodal/testing';
import { seededBytes } from '@intermodal/trial';
import pg from 'pg';
import { startAudit } from '../round/audit.ts';
import { SUBMISSION, type Entry } from '../round/ledger.ts';
import type { Execution, Received } from '@intermodal/trial';
import { shapes } from '../round/work.ts';
import { Prediction } from './prediction.ts';

export interface FinishedRun extends AsyncDisposable {
  readonly database: pg.Client;
  readonly store: ArtifactStore;
  readonly prediction: Prediction;
  readonly entries: readonly Entry[];
  readonly received: readonly Received[];
  readonly executions: readonly Execution[];
}

/** Jobs of every shape that ran to their end on the real record, with no worker and no fault. */
export async function finishRun(): Promise<FinishedRun> {
  const created = await createDatabase();
  const records = openRecords({ databaseUrl: created.url, connections: 2 });
  await records.migrate();
  const database = new pg.Client({ connectionString: created.url });
  await database.connect();
  await startAudit(database);
  const folder = await mkdtemp(join(tmpdir(), 'intermodal-finished-'));
  const store = await openArtifactStore({ kind: 'folder', folder });
  const prediction = await Prediction.load();
  const entries: Entry[] = [];
  const executions: Execution[] = [];
  for (const [i, work] of shapes(8).entries()) {
    const entry: Entry = { ...work, key: `submission-${i}`, webhook: i % 2 === 0, cancelled: false };
    entries.push(entry);
    await submit(entry, records, prediction);
    executions.push(...(await runTasks(entry, records, store, prediction)));
  }
  return {
    ...{ database, store, prediction, entries },
    executions: executions.map((one, place) => ({ ...one, place })),
    received: await tellAll(records),
    async [Symbol.asyncDispose]() {
      await database.end();
      await records.close();
      await store.close();
      await created.drop();
      await rm(folder, { recursive: true });
    },
  };
}

async function submit(entry: Entry, records: Records, prediction: Prediction): Promise<void> {
  const plan = prediction.plan(entry.pipeline);
  const { input, params } = checkSubmission(plan, entry, prediction.catalogue);
  const { jobId } = await records.jobs.submit({
    id: newUuid(),
    tenantId: LOCAL_TENANT,
    ...{ plan, input, params },
    metadata: { [SUBMISSION]: entry.key },
    ...(entry.webhook && { webhook: { id: newUuid(), url: 'http://127.0.0.1:9/', keyId: 'key' } }),
  });
  entry.jobId = jobId;
}

/** The process that ran them. */
export const A_WORKER = 1;

/** Does what workers do, with what the reference executor says for results. Resolves to what ran. */
async function runTasks(
  entry: Entry,
  records: Records,
  store: ArtifactStore,
  prediction: Prediction,
): Promise<Execution[]> {
  for (const executions: Execution[] = []; ;) {
    const tasks = await records.jobs.tasks(entry.jobId!, 100);
    const ready = tasks.filter(({ state }) => state === 'ready').map(({ id }) => id);
    if (ready.length === 0) return executions;
    for (const claimed of (await records.tasks.claim(ready, newUuid())).tasks) {
      await records.tasks.settle([await settlementOf(claimed, entry, store, prediction)]);
      const { id: taskId, attempt } = claimed;
      executions.push({ place: 0, taskId, attempt, pid: A_WORKER, together: false, ended: true });
    }
  }
}

async function settlementOf(
  { id, token, path, stage, input, params }: ClaimedTask,
  entry: Entry,
  store: ArtifactStore,
  prediction: Prediction,
): Promise<Settlement> {
  const task = prediction.of(entry).tasks.get(path)!;
  const base = { taskId: id, token };
  if (task.state === 'failed') {
    const error = { code: 'media.unreadable', message: 'This value fails.' } as const;
    return { ...base, outcome: 'failed', error, retry: false, outage: false };
  }
  if (stage !== 'trial.file@1')
    return { ...base, outcome: 'completed', output: task.output as Record<string, unknown>, artifacts: [] };
  const uuid = newUuid();
  const body = Readable.from([seededBytes(JSON.stringify(input.value), Number(params.bytes))]);
  const mediaType = 'application/octet-stream';
  const bytes = await store.put(uuid, body, {
    mediaType,
    maxBytes: 1e6,
    signal: AbortSignal.timeout(10_000),
  });
  const file: ArtifactRef = { id: showId('artifact', uuid), mediaType, ...bytes };
  return { ...base, outcome: 'completed', output: { file }, artifacts: [file] };
}

async function tellAll({ webhooks }: Records): Promise<Received[]> {
  const done = { status: 204, durationMs: 1, error: null, request: null, answer: null } as const;
  const delivered = { ...done, verdict: 'delivered', delayMs: null, pauseMs: 0 } as const;
  const breaker = { failuresMax: 5, pauseMs: 1_000, disableMs: 60_000 };
  const told: Received[] = [];
  for (;;) {
    // A few at a time: they go to one address.
    const claimed = await webhooks.claim({ limit: 100, suspects: 100, leaseMs: 60_000, failuresMax: 5 });
    if (claimed.length === 0) return told;
    for (const { eventId, endpointId, token, about } of claimed) {
      await webhooks.settle({ eventId, endpointId, token, ...delivered }, breaker);
      told.push({
        messageId: showId('event', eventId),
        job: 'jobId' in about ? showId('job', about.jobId) : '',
      });
    }
  }
}
