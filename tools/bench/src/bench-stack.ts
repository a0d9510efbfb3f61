import { newUuid } from '@intermodal/contracts';
import {
  Admission,
  compile,
  type PipelineSource,
  type Plan,
  type StageCatalogue,
  type TaskQueue,
} from '@intermodal/pipeline';
import { openQueue } from '@intermodal/queue';
import { LOCAL_TENANT, type Records } from '@intermodal/records';
import {
  loadTrialPipelines,
  loadTrialStages,
  startTrialStack,
  type TrialStack,
  type TrialStackOptions,
} from '@intermodal/trial';
import { openBenchDatabase, type BenchDatabase } from './machine/database.ts';

/** How many tasks a worker runs at a time. BullMQ's yardstick has the best of four such numbers. */
const SLOTS = 100;
const LOOK_MS = 100;

/** Servers with the settings of `npm start`, the real API, and real workers when they are asked for. */
export interface BenchStack extends AsyncDisposable {
  readonly trial: TrialStack;
  readonly database: BenchDatabase;
  readonly records: Records;
  readonly queue: TaskQueue;
  readonly admission: Admission;
  /** Of a document, or of a pipeline that the API has published. */
  plan(pipeline: PipelineSource | string): Plan;
  /** As the API does it: written down, then sent. Resolves to the batch's id. */
  submit(
    plan: Plan,
    inputs: readonly Record<string, unknown>[],
    tenantId?: string,
    params?: Record<string, unknown>,
  ): Promise<string>;
  /** Resolves when the batch has ended, to the seconds from its first task's start to its end. */
  ended(batchId: string, tenantId?: string): Promise<number>;
}

export async function startBenchStack(
  base: NodeJS.ProcessEnv,
  options: Partial<TrialStackOptions> = {},
): Promise<BenchStack> {
  await using parts = new AsyncDisposableStack();
  const trial = await startTrialStack({
    workers: 0,
    environment: { INTERMODAL_SLOTS: String(SLOTS) },
    base,
    ...options,
  });
  parts.defer(() => trial.stop());
  const database = parts.use(await openBenchDatabase(trial.databaseUrl));
  const queue = openQueue({ redisUrl: trial.redisUrl });
  parts.defer(() => queue.close());
  const catalogue: StageCatalogue = await loadTrialStages();
  const published = await loadTrialPipelines();
  const { records } = database;
  const onFailure = (error: unknown): never => {
    throw error;
  };
  const admission = new Admission({ records: records.tasks, queue, onFailure });
  const kept = parts.move();

  return {
    ...{ trial, database, records, queue, admission },
    plan(pipeline) {
      const document =
        typeof pipeline === 'string' ? published.find(({ name }) => name === pipeline) : pipeline;
      if (!document) throw new Error(`There is no pipeline ${JSON.stringify(pipeline)}.`);
      return compile(document, catalogue);
    },
    async submit(plan, inputs, tenantId = LOCAL_TENANT, params = {}) {
      const id = newUuid();
      const rows = inputs.map((input, i) => ({
        line: i + 1,
        jobId: newUuid(),
        input,
        params,
        metadata: {},
      }));
      const { waiting } = await records.batches.submit({ id, tenantId, plan, rows, metadata: {} });
      await admission.open(waiting);
      return id;
    },
    async ended(batchId, tenantId = LOCAL_TENANT) {
      for (;;) {
        // Not by the API's way, which counts the jobs each time and would be part of what is measured.
        const [batch] = await database.query<{ finished: boolean }>(
          'SELECT finished_at IS NOT NULL AS finished FROM batch WHERE id = $1 AND tenant_id = $2',
          [batchId, tenantId],
        );
        if (batch?.finished) {
          const { startedAt, finishedAt } = (await records.batches.get(tenantId, batchId))!;
          return (finishedAt!.getTime() - startedAt!.getTime()) / 1_000;
        }
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
