import { artifactStoreFaults } from '@intermodal/artifacts';
import type { ApiConfig } from '@intermodal/config';
import { queueFaults, type QueueFaults } from '@intermodal/queue';
import { recordsFaults } from '@intermodal/records';

/**
 * Everything that keeps the API from working, each with its cure: faults of settings, and of what they lead to as far as it can be told.
 * A Redis that is away is none: jobs are accepted without it.
 * @param faults of the settings; a setting with one is undefined
 */
export async function startFaults(
  {
    mode,
    databaseUrl,
    redisUrl,
    artifacts,
  }: Partial<Pick<ApiConfig, 'mode' | 'databaseUrl' | 'redisUrl' | 'artifacts'>>,
  faults: readonly string[],
): Promise<string[]> {
  // With settings that contradict each other it is not known which store is meant.
  const isStoreKnown = !faults.some((fault) => /^(ARTIFACT_FOLDER|S3_)/.test(fault));
  const unknown: QueueFaults = { faults: [] };
  const [records, queue, store] = await Promise.all([
    databaseUrl === undefined ? [] : recordsFaults(databaseUrl, { migrates: mode === 'local' }),
    redisUrl === undefined ? unknown : queueFaults(redisUrl),
    artifacts && isStoreKnown ? artifactStoreFaults(artifacts) : [],
  ]);
  return [...faults, ...records, ...queue.faults, ...store];
}
