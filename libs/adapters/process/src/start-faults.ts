import type { ApiConfig } from '@intermodal/config';

type Services = Pick<ApiConfig, 'databaseUrl' | 'redisUrl' | 'artifacts'>;

/** Each says what keeps a process from working with a service, with the cure; it changes nothing there. */
export interface ServiceChecks {
  readonly records: (url: string) => Promise<readonly string[]>;
  readonly queue: (url: string) => Promise<readonly string[]>;
  readonly store: (storage: ApiConfig['artifacts']) => Promise<readonly string[]>;
}

/**
 * Everything that keeps a process from working, each with its cure: faults of settings, and of the services that they lead to as far as it
 * can be told.
 * @param faults of the settings; a setting with one is undefined
 */
export async function startFaults(
  { databaseUrl, redisUrl, artifacts }: Partial<Services>,
  faults: readonly string[],
  checks: ServiceChecks,
): Promise<string[]> {
  // With settings that contradict each other it is not known which store is meant.
  const isStoreKnown = !faults.some((fault) => /^(ARTIFACT_FOLDER|S3_)/.test(fault));
  const found = await Promise.all([
    databaseUrl === undefined ? [] : checks.records(databaseUrl),
    redisUrl === undefined ? [] : checks.queue(redisUrl),
    artifacts && isStoreKnown ? checks.store(artifacts) : [],
  ]);
  return [...faults, ...found.flat()];
}
