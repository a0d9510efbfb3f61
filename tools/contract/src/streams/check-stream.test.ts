import { describe, expect, test } from 'vitest';
import { faultsOfStream, type StreamEvent } from './check-stream.ts';

const events: StreamEvent[] = [
  { id: '1', type: 'job.running' },
  { id: '2', type: 'task.started', path: 'a', attempt: 1 },
  { id: '3', type: 'task.retrying', path: 'a', attempt: 1 },
  { id: '4', type: 'task.started', path: 'a', attempt: 2 },
  { id: '5', type: 'task.partial', path: 'a', attempt: 2, index: 0 },
  { id: '6', type: 'task.partial', path: 'a', attempt: 2, index: 1 },
  { id: '7', type: 'task.completed', path: 'a', attempt: 2 },
  { id: '8', type: 'task.skipped', path: 'b', attempt: 0 },
  { id: '9', type: 'job.completed' },
];
const tasks = { a: 'completed', b: 'skipped' };
const faults = (changed: readonly StreamEvent[]) => faultsOfStream(changed, tasks, 'completed');

test('a whole stream has no faults', () => {
  expect(faults(events)).toEqual([]);
});

describe('finds', () => {
  // A start and a piece may be missing: a task may have ended at once, and pieces are best effort.
  const needed = events.filter(
    ({ type }) => !['task.started', 'task.retrying', 'task.partial'].includes(type),
  );
  test.each(needed.map((event) => [event.type, event] as const))('that %s is missing', (_type, event) => {
    expect(faults(events.filter((one) => one !== event))).not.toEqual([]);
  });
  test.each(events.map((event) => [event.type, event] as const))('that %s came twice', (_type, event) => {
    const again = { ...event, id: 'again' };
    const doubled = events.flatMap((one) => (one === event ? [one, again] : [one]));
    // Two tries in a row that are told of may both be the newest state at their time.
    if (event.type !== 'task.retrying') expect(faults(doubled)).not.toEqual([]);
    expect(faults(events.flatMap((one) => (one === event ? [one, one] : [one])))).not.toEqual([]);
  });
  test('what comes after an end, and another end than that of the records', () => {
    expect(
      faults([
        ...events.slice(0, 7),
        { id: 'x', type: 'task.started', path: 'a', attempt: 3 },
        ...events.slice(7),
      ]),
    ).toEqual(['task.started of a came after its end']);
    expect(faultsOfStream(events, { ...tasks, b: 'failed' }, 'completed')).toHaveLength(1);
    expect(faultsOfStream(events, tasks, 'failed')).toHaveLength(1);
  });
});
