import { join, resolve } from 'node:path';
import { startStack } from '@intermodal/cli';
import { IntermodalClient } from '@intermodal/client';
import type { PipelineSource } from '@intermodal/pipeline';
import type { BenchmarkContext } from '../benchmark.ts';
import { catalogueOf, type WorkFolder } from './work-files.ts';

const APPS = resolve(import.meta.dirname, '../../../../apps');

/** Everything as `npm start` runs it, with the pools of pictures and of speech. */
export interface WholeSystem {
  /** Runs the same file through a pipeline so many times, as one batch. Resolves to the milliseconds from the first start to the last end. */
  work(pipeline: PipelineSource, file: string, times: number): Promise<number>;
}

/** @param together whether pictures may go through MobileNet together */
export async function startSystem(
  { folder, mirror }: WorkFolder,
  together: boolean,
  { open, environment }: BenchmarkContext,
): Promise<WholeSystem> {
  const stack = await startStack({
    dataFolder: join(folder, together ? 'together' : 'alone'),
    ephemeral: false,
    port: 0,
    programs: { api: join(APPS, 'api/dist/main.js'), workers: join(APPS, 'workers/dist/main.js') },
    pools: () => Promise.resolve(['vision', 'speech']),
    environment: {
      ...environment,
      INTERMODAL_MODEL_MIRROR: mirror,
      INTERMODAL_MODEL_DIR: join(folder, 'models'),
      INTERMODAL_MODEL_CATALOGUE: catalogueOf(folder, together),
    },
    drainMs: 10_000,
    onEvent: () => {},
  });
  open.defer(() => stack.stop());
  const client = new IntermodalClient({ url: stack.url, key: stack.key });
  const artifacts = new Map<string, string>();
  return {
    async work(pipeline, file, times) {
      if (!artifacts.has(file)) artifacts.set(file, (await client.artifacts.upload(file)).id);
      const input = { file: { artifact: artifacts.get(file)! } };
      const rows = Array.from({ length: times }, (_, i) => ({ custom_id: String(i), input }));
      const { id } = await client.batches.submit({ pipeline, rows });
      const { counts, errors, startedAt, finishedAt } = await client.batches.wait(id, { pollMs: 100 });
      if (counts.completed !== times)
        throw new Error(`${times} jobs were to complete: ${JSON.stringify({ counts, errors })}.`);
      return Date.parse(finishedAt!) - Date.parse(startedAt!);
    },
  };
}
