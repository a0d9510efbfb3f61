import { showId } from '@intermodal/contracts';
import type { Entry } from '../round/ledger.ts';
import type { Received } from '@intermodal/trial';
import type { Violation } from './law.ts';
import { isFinal, type RunRecord } from './record.ts';

/** L6: one event per job that ended, one message per event that somebody waits for, one id per message. */
export function checkEvents(
  entries: readonly Entry[],
  { jobs, events }: RunRecord,
  received: readonly Received[],
): Violation[] {
  const wanted = new Map(entries.map(({ key, webhook }) => [key, webhook]));
  const eventsOf = Map.groupBy(events, ({ jobId }) => jobId);
  const toldOf = Map.groupBy(received, ({ job }) => job);
  const found: string[] = [];
  for (const { id, state, submission } of jobs) {
    if (!isFinal(state)) continue;
    const own = eventsOf.get(id) ?? [];
    if (own.length !== 1 || own[0]!.type !== `job.${state}`) {
      found.push(`job ${id} is ${state} and has the events [${own.map(({ type }) => type).join(', ')}]`);
      continue;
    }
    if (!wanted.get(submission ?? '')) continue;
    const [event] = own;
    if (event!.messages.join() !== 'delivered')
      found.push(`event ${event!.id} of job ${id} has the messages [${event!.messages.join(', ')}]`);
    const ids = new Set((toldOf.get(showId('job', id)) ?? []).map(({ messageId }) => messageId));
    if (ids.size !== 1 || !ids.has(showId('event', event!.id)))
      found.push(`event ${event!.id} of job ${id} was told as [${[...ids].join(', ')}]`);
  }
  return found.map((what) => ({ law: 'L6', what }));
}
