import { artifactStoreFaults } from '@intermodal/artifacts';
import type { WorkerConfig } from '@intermodal/config';
import { queueFaults, type QueueFaults } from '@intermodal/queue';
import { recordsFaults } from '@intermodal/records';

/**
 * Everything that keeps a worker from working, each with its cure: faults of settings, and of what they lead to as far as it can be told.
 * @param faults of the settings; a setting with one is undefined
 */
export async function startFaults(
  { databaseUrl, redisUrl, artifacts }: Partial<Pick<WorkerConfig, 'databaseUrl' | 'redisUrl' | 'artifacts'>>,
  faults: readonly string[],
): Promise<string[]> {
  // With settings that contradict each other it is not known which store is meant.
  const isStoreKnown = !faults.some((fault) => /^(ARTIFACT_FOLDER|S3_)/.test(fault));
  const unknown: QueueFaults = { faults: [] };
  const [records, queue, store] = await Promise.all([
    databaseUrl === undefined ? [] : recordsFaults(databaseUrl, { migrates: false }),
    redisUrl === undefined ? unknown : queueFaults(redisUrl),
    artifacts && isStoreKnown ? artifactStoreFaults(artifacts) : [],
  ]);
  return [
    ...faults,
    ...records,
    ...queue.faults,
    ...(queue.away === undefined ? [] : [queue.away]),
    ...store,
  ];
}
