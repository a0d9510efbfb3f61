import { IntermodalError } from '@intermodal/contracts';
import type { Delivery, Settlement, SettlementResult, TaskQueue, TaskRecords } from '@intermodal/pipeline';
import type { Logger } from 'pino';
import { Coalescer } from './coalescer.ts';

export interface SettleOptions {
  readonly records: TaskRecords;
  readonly queue: TaskQueue;
  readonly log: Logger;
}

/** Commits settlements, many per statement, and passes on what became ready. Answers false where a settlement was fenced. */
export function settler(options: SettleOptions): (settlement: Settlement) => Promise<boolean> {
  const commit = async (settlements: readonly Settlement[]): Promise<boolean[]> => {
    const result = await options.records.settle(settlements);
    await passOn(result, options);
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
    { maxItems: 200, inFlight: 2 },
  );
  return (settlement) => coalescer.add(settlement);
}

/** Best effort: what is not sent now, the sweeper sends. */
export async function passOn(
  { ready, changedJobs }: Pick<SettlementResult, 'ready' | 'changedJobs'>,
  { queue, log }: Pick<SettleOptions, 'queue' | 'log'>,
): Promise<void> {
  const [sent, announced] = await Promise.allSettled([send(queue, ready), queue.announce(changedJobs)]);
  if (sent.status === 'rejected')
    log.warn({ err: sent.reason as Error, tasks: ready.length }, 'tasks could not be sent');
  if (announced.status === 'rejected')
    log.debug({ err: announced.reason as Error }, 'changes could not be announced');
}

const send = async (queue: TaskQueue, ready: readonly Delivery[]): Promise<void> => {
  if (ready.length > 0) await queue.send(ready);
};

export const isOutage = (error: unknown): boolean =>
  error instanceof IntermodalError && error.code === 'store.unavailable';
