import type { ArtifactStore } from '@intermodal/pipeline';
import type { Entry } from '../round/ledger.ts';
import type { Execution, Received } from '@intermodal/trial';
import { checkEvents } from './check-events.ts';
import { checkExecutions, type Explained } from './check-executions.ts';
import { checkOutcomes, checkSubmissions } from './check-jobs.ts';
import { checkLeftovers } from './check-leftovers.ts';
import { checkArtifacts } from './check-store.ts';
import { checkCommits, checkOrder } from './check-tasks.ts';
import type { Violation } from './law.ts';
import type { Prediction } from './prediction.ts';
import type { RunRecord } from './record.ts';

/** All that is left when everything has come to rest. */
export interface Rest {
  readonly entries: readonly Entry[];
  readonly record: RunRecord;
  readonly received: readonly Received[];
  readonly store: ArtifactStore;
  /** Keys in Redis. */
  readonly deliveries: readonly string[];
  /** Scratch folders of tasks. */
  readonly folders: readonly string[];
  /** What the processes wrote down. */
  readonly executions: readonly Execution[];
  readonly explained: Explained;
  /** Innocent tasks may have been in three processes that were killed. */
  readonly excuseGivenUp: boolean;
}

export async function checkRun(rest: Rest, prediction: Prediction): Promise<Violation[]> {
  const { entries, record, received } = rest;
  return [
    ...checkSubmissions(entries, record),
    ...checkOutcomes(entries, record, prediction, rest.excuseGivenUp),
    ...checkCommits(record),
    ...(await checkArtifacts(record, rest.store)),
    ...checkOrder(entries, record, prediction),
    ...checkEvents(entries, record, received),
    ...checkLeftovers(record, rest.deliveries, rest.folders),
    ...checkExecutions(record, rest.executions, rest.explained),
  ];
}
