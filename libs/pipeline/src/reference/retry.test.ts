import { describe, expect, test } from 'vitest';
import { cancelJob, given, readyPaths, retryJob } from './executor.ts';
import { fail, make, start, states, succeed } from './toy-job.testing.ts';

describe('a retry (decision 0012)', () => {
  test('keeps what completed, and runs what failed and what depends on it', () => {
    const job = start({ one: make(1), two: make('$one.value'), other: make(2), after: make('$two.value') });
    succeed(job, 'one', 'done');
    succeed(job, 'other');
    fail(job, 'two');
    const again = retryJob(job);
    expect(states(again)).toEqual({ one: 'completed', two: 'ready', other: 'completed', after: 'waiting' });
    expect(given(again, 'two').input).toEqual({ a: 'done' });
    expect(states(job)['two']).toBe('failed');
  });

  test('does not keep what completed after a failure that was caught', () => {
    const caught = make(1, { onError: 'default', default: { value: 0 } });
    const job = start({ one: caught, two: make('$one.value'), three: make('$two.value') });
    fail(job, 'one');
    succeed(job, 'two');
    fail(job, 'three');
    expect(states(retryJob(job))).toEqual({ one: 'ready', two: 'waiting', three: 'waiting' });
  });

  test('keeps the good items of an each, and what it was over', () => {
    const each = { each: '$one.value', as: 'it', nodes: { in: make('$it') }, collect: { v: '$in.value' } };
    const job = start({ one: make(1), made: each, after: make('$made') }, {}, { made: '$made' });
    succeed(job, 'one', [1, 2, 3]);
    succeed(job, 'made[2].in', 'three');
    fail(job, 'made[0].in');
    const again = retryJob(job);
    expect(states(again)).toEqual({
      ...{ one: 'completed', made: 'running', after: 'waiting' },
      ...{ 'made[0].in': 'ready', 'made[1].in': 'ready', 'made[2].in': 'completed' },
    });
    succeed(again, 'made[1].in', 'two');
    succeed(again, 'made[0].in', 'one');
    expect(given(again, 'after').input).toEqual({ a: [{ v: 'one' }, { v: 'two' }, { v: 'three' }] });
  });

  test('goes on where a cancelled job stopped', () => {
    const job = start({ one: make(1), two: make('$one.value') });
    succeed(job, 'one');
    cancelJob(job);
    expect(readyPaths(retryJob(job))).toEqual(['two']);
  });
});
