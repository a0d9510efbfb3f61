import { readdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ConfigError, type WorkerConfig } from '@intermodal/config';
import { ModelHouse, probeDevice } from '@intermodal/engines';
import { NO_METRICS, type Metrics } from '@intermodal/pipeline';
import type { Logger } from 'pino';
import { isAlive } from './is-alive.ts';
import { countHostEvent } from './metrics/counted-hosts.ts';

/**
 * Where the models of this worker run.
 * @param folder for arrays on their way to models, with one below it for each worker; what those that are gone left is removed
 * @throws ConfigError when INTERMODAL_DEVICE asks for a graphics card that cannot be used
 */
export async function openHouse(
  config: Pick<
    WorkerConfig,
    'device' | 'modelMemoryBytes' | 'cudaMemoryBytes' | 'modelIdleMs' | 'modelsPinned' | 'slots'
  >,
  folder: string,
  log: Logger,
  metrics: Metrics = NO_METRICS,
): Promise<ModelHouse> {
  const { device, reason } = await probeDevice(config.device);
  if (config.device === 'cuda' && device !== 'cuda')
    throw new ConfigError('workers', [
      `INTERMODAL_DEVICE is 'cuda', and no network can be opened there: ${reason} ` +
        'Install the CUDA libraries that onnxruntime needs, or set it to cpu.',
    ]);
  log.info({ device, ...(reason !== undefined && { reason }) }, `models run on ${device}`);
  await removeLeftovers(folder);
  const own = join(folder, String(process.pid));
  const house = new ModelHouse({
    ...{ device, deviceChoice: config.device, folder: own, threads: threadsOf(config.slots) },
    memoryBytes: config.modelMemoryBytes,
    cudaMemoryBytes: config.cudaMemoryBytes,
    idleMs: config.modelIdleMs,
    pinned: config.modelsPinned,
    onEvent: (event) => {
      const { kind, ...fields } = event;
      log.info(fields, `model ${kind}`);
      countHostEvent(metrics, event);
    },
    onProbed: (probed) => log.info(probed, `language models run on ${probed.device}`),
  });
  log.info({ bytes: house.memoryBytes }, 'memory that models may take');
  return house;
}

async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => []))
    if (!isAlive(Number(name)) || name === String(process.pid))
      await rm(join(folder, name), { recursive: true, force: true });
}

/** Cores / slots: two models that run at once then share the cores and do not fight for them. */
export const threadsOf = (slots: number): number => Math.max(1, Math.floor(availableParallelism() / slots));
