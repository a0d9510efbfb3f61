import { IntermodalError } from '@intermodal/contracts';
import type { Admission, ClaimedTask, Settlement, Taker, TaskQueue, TaskRecords } from '@intermodal/pipeline';
import type { Logger } from 'pino';
import { Coalescer } from './coalescer.ts';

export interface SettleOptions {
  readonly records: TaskRecords;
  readonly queue: TaskQueue;
  readonly admission: Admission;
  /** What this worker would take at once of what becomes ready; undefined while it drains. */
  readonly taker: () => Taker | undefined;
  readonly accept: (tasks: readonly ClaimedTask[]) => void;
  readonly log: Logger;
}

/** Commits settlements, many per statement, and passes on what became ready. Answers false where a settlement was fenced. */
export function settler(options: SettleOptions): (settlement: Settlement) => Promise<boolean> {
  const commit = async (settlements: readonly Settlement[]): Promise<boolean[]> => {
    const result = await options.records.settle(settlements, options.taker());
    options.accept(result.claimed);
    passOn(result, options);
    const fenced = new Set(result.fenced);
    return settlements.map(({ taskId }) => !fenced.has(taskId));
  };
  const coalescer = new Coalescer<Settlement, boolean>(
    async (settlements) => {
      try {
        return await commit(settlements);
      } catch (error) {
        // One settlement that the database refuses must not take its neighbours with it.
        if (settlements.length === 1 || isOutage(error)) throw error;
        return (await Promise.all(settlements.map((one) => commit([one])))).flat();
      }
    },
    { maxItems: 1_000, inFlight: 2 },
  );
  return (settlement) => coalescer.add(settlement);
}

/** Best effort: what is not let in now, the sweeper finds; what is not announced, people find when they look. */
export function passOn(
  { waiting, changedJobs }: { readonly waiting: readonly string[]; readonly changedJobs: readonly string[] },
  { queue, admission, log }: Pick<SettleOptions, 'queue' | 'admission' | 'log'>,
): void {
  if (waiting.length > 0) void admission.open(waiting);
  queue
    .announce(changedJobs)
    .catch((error: unknown) => log.debug({ err: error }, 'changes could not be announced'));
}

export const isOutage = (error: unknown): boolean =>
  error instanceof IntermodalError && error.code === 'store.unavailable';
