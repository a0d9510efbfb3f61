import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openArtifactStore } from '@intermodal/artifacts';
import { newUuid } from '@intermodal/contracts';
import { Admission, type ArtifactStore, type StageCatalogue, type TaskQueue } from '@intermodal/pipeline';
import { openQueue } from '@intermodal/queue';
import { openRecords, type Records } from '@intermodal/records';
import { noTracing } from '@intermodal/telemetry';
import { createDatabase, redisPrefix, redisUrl } from '@intermodal/testing';
import { pino } from 'pino';
import { startWorker, type RunningWorker, type WorkerOptions } from './worker.ts';

const LEASE_MS = 2_000;

/** What workers of a test stand in: records, a queue, a store and a folder of its own. It ends with the test, workers first. */
export class WorkerSurroundings implements AsyncDisposable {
  readonly records: Records;
  readonly queue: TaskQueue;
  readonly store: ArtifactStore;
  readonly admission: Admission;
  /** Of the tasks that are running. */
  readonly scratchFolder: string;
  readonly #folder: string;
  readonly #parts: AsyncDisposableStack;

  static async open(): Promise<WorkerSurroundings> {
    await using parts = new AsyncDisposableStack();
    const database = await createDatabase();
    parts.defer(() => database.drop());
    const records = openRecords({ databaseUrl: database.url, leaseMs: LEASE_MS });
    parts.defer(() => records.close());
    await records.migrate();
    const queue = openQueue({ redisUrl: redisUrl(), prefix: redisPrefix() });
    parts.defer(() => queue.close());
    const folder = await mkdtemp(join(tmpdir(), 'intermodal-worker-'));
    parts.defer(() => rm(folder, { recursive: true }));
    const store = await openArtifactStore({ kind: 'folder', folder: join(folder, 'artifacts') });
    parts.defer(() => store.close());
    return new WorkerSurroundings(records, queue, store, folder, parts.move());
  }

  private constructor(
    records: Records,
    queue: TaskQueue,
    store: ArtifactStore,
    folder: string,
    parts: AsyncDisposableStack,
  ) {
    this.records = records;
    this.queue = queue;
    this.store = store;
    this.scratchFolder = join(folder, 'scratch');
    this.#folder = folder;
    this.#parts = parts;
    const onFailure = (error: unknown): never => {
      throw error;
    };
    this.admission = new Admission({ records: records.tasks, queue, onFailure });
  }

  /** A worker of three slots in the pool `text`, which needs no engines unless it is said. */
  async start(stages: StageCatalogue, options: Partial<WorkerOptions> = {}): Promise<RunningWorker> {
    const { records, queue, store, scratchFolder } = this;
    const worker = await startWorker({
      ...{ pool: 'text', stages, records: records.tasks, queue, store, engines: {}, slots: 3 },
      resolveNeeds: async () => ({}),
      ...{ scratchFolder, cacheFolder: join(this.#folder, 'cache'), cacheMaxBytes: 1_000_000 },
      ...{ heartbeatMs: 200, sweepMs: 200, leaseMs: LEASE_MS, drainMs: 300 },
      upkeep: { records: records.upkeep, keepFinishedMs: 0, keepAuditMs: 0, orphanAgeMs: 0 },
      ...{ id: newUuid(), processId: process.pid, host: 'here' },
      ...{ tracing: noTracing, log: pino({ level: 'silent' }) },
      ...options,
    });
    let drained: Promise<void> | undefined;
    const drain = (): Promise<void> => (drained ??= worker.drain());
    this.#parts.defer(drain);
    return { drain };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#parts.disposeAsync();
  }
}
