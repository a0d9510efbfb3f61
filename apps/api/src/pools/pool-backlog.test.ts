import type { StageBacklog } from '@intermodal/pipeline';
import { describe, expect, it } from 'vitest';
import { poolBacklog, UNTIMED_MS } from './pool-backlog.ts';

const stage = (given: Partial<StageBacklog>): StageBacklog => ({
  ...{ stage: 'text.chat@1', waiting: 0, later: 0, running: 0, meanMs: null, runningMs: null },
  ...{ open: 0, estimated: false, limited: [], ...given },
});
const ask = (backlog: readonly StageBacklog[], together: readonly [string, number][] = []) =>
  poolBacklog(
    {
      ...{ pool: 'text', workers: 0, slots: 0, targetSeconds: 60, slotsPerWorker: 2 },
      together: new Map(together),
    },
    backlog,
  );

describe('the backlog of a pool', () => {
  it('is nothing when nothing waits or runs, whatever tasks last', () => {
    expect(ask([stage({ meanMs: 900_000 })])).toMatchObject({ desiredWorkers: 0, estimatedSeconds: 0 });
    expect(ask([])).toMatchObject({ desiredWorkers: 0, stages: [] });
  });

  it('asks for one worker from zero, for the smallest task there is', () => {
    expect(ask([stage({ open: 1, meanMs: 0.1 })]).desiredWorkers).toBe(1);
    expect(ask([stage({ later: 1, meanMs: 0.1 })]).desiredWorkers).toBe(1);
  });

  it('asks for as many as do it in time', () => {
    // 1,000 tasks of 1.2 s are 1,200 s for a slot; a worker has two, and a minute.
    expect(ask([stage({ open: 1_000, meanMs: 1_200 })])).toMatchObject({
      estimatedSeconds: 1_200,
      desiredWorkers: 10,
    });
  });

  it('counts what runs, so that a busy pool does not look idle, and no more than its slots', () => {
    expect(ask([stage({ running: 8, meanMs: 600_000 })])).toMatchObject({
      estimatedSeconds: 4_800,
      desiredWorkers: 4,
    });
    expect(ask([stage({ running: 1, open: 1, meanMs: 1_800_000 })]).desiredWorkers).toBe(1);
  });

  it('takes a stage that nobody timed to last a while, and believes what runs', () => {
    expect(ask([stage({ open: 24 })])).toMatchObject({
      estimatedSeconds: (24 * UNTIMED_MS) / 1_000,
      desiredWorkers: 1,
      stages: [{ measured: false, meanSeconds: 5 }],
    });
    expect(ask([stage({ running: 2, open: 22, runningMs: 30_000 })]).desiredWorkers).toBe(6);
  });

  it('counts no more of a tenant that has a limit than it may run', () => {
    const limited = [{ waiting: 10_000, free: 3 }];
    expect(ask([stage({ limited, meanMs: 90_000 })])).toMatchObject({ desiredWorkers: 2, waiting: 10_000 });
    // Short ones: three slots do 1,800 of them in a minute.
    expect(ask([stage({ limited, meanMs: 100 })])).toMatchObject({
      desiredWorkers: 2,
      estimatedSeconds: 180,
    });
    expect(ask([stage({ limited: [{ waiting: 5, free: 0 }], meanMs: 100 })]).desiredWorkers).toBe(0);
  });

  it('knows that a worker puts tasks of some stages through a model together', () => {
    const work = [stage({ open: 640, meanMs: 6_000 })];
    expect(ask(work).desiredWorkers).toBe(32);
    expect(ask(work, [['text.chat@1', 16]]).desiredWorkers).toBe(2);
  });

  it('says when it was not counted', () => {
    expect(ask([stage({ open: 1_000_000, estimated: true, meanMs: 60 })])).toMatchObject({
      waitingIsEstimate: true,
      desiredWorkers: 500,
    });
  });
});
