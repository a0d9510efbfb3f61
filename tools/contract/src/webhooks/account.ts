import assert from 'node:assert/strict';
import type { Received, Receiver } from './receivers.ts';
import type { Storm, Told } from './storm.ts';

interface Body {
  readonly type: string;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}
const bodyOf = (received: Received): Body => JSON.parse(received.body) as Body;

/** @throws unless everything that an endpoint was to be told was accepted there, each under one id */
export function assertWhole({ tests, receiver }: Told, { jobs }: Pick<Storm, 'jobs'>): void {
  const accepted = new Set(receiver.accepted.map(({ id }) => id));
  const missing = tests.filter((id) => !accepted.has(id));
  assert.deepEqual(missing, [], `${receiver.manner}: tests that never arrived`);
  const told = jobs.filter((job) => idsOf(receiver, job).size > 0);
  for (const job of told)
    assert.equal(idsOf(receiver, job).size, 1, `${receiver.manner}: ids of the event of ${job}`);
  // Since it was gone it is told of nothing new.
  if (receiver.manner !== 'gone')
    assert.deepEqual(told, jobs, `${receiver.manner}: jobs that it was told of`);
  const all = new Set(receiver.requests.map(({ id }) => id));
  assert.equal(all.size, tests.length + told.length, `${receiver.manner}: ids in all`);
}

/** The ids under which a receiver was told of a job. */
export function idsOf(receiver: Pick<Receiver, 'requests'>, job: string): Set<string> {
  return new Set(receiver.requests.filter((one) => bodyOf(one).data.job === job).map(({ id }) => id));
}

/** From the event to its first arrival, in milliseconds, ascending. */
export function latenciesOf(receivers: readonly Receiver[]): number[] {
  const first = new Map<string, number>();
  for (const { requests, url } of receivers)
    for (const received of requests) {
      const key = `${url} ${received.id}`;
      if (!first.has(key)) first.set(key, received.at - Date.parse(bodyOf(received).timestamp));
    }
  return [...first.values()].toSorted((a, b) => a - b);
}

export const quantile = (ascending: readonly number[], share: number): number =>
  ascending[Math.min(ascending.length - 1, Math.ceil(share * ascending.length) - 1)]!;
