import { loadShippedStages } from '@intermodal/stages';
import type { LiveWorker, OpenedThere, PoolRecords, StageBacklog } from '@intermodal/pipeline';
import { expect, test } from 'vitest';
import { readBacklog } from './read-backlog.ts';

const STAGE = 'text.translate@1';
const catalogue = new Map([...(await loadShippedStages())].filter(([key]) => key === STAGE));
/** 640 tasks of 6 s: in a minute, 64 slots. */
const work: StageBacklog = {
  ...{ stage: STAGE, waiting: 640, later: 0, running: 0, meanMs: 6_000, runningMs: null },
  ...{ open: 640, estimated: false, limited: [] },
};
const worker = (Translator: OpenedThere): LiveWorker => ({
  ...{ id: 'w', pool: 'text', host: null, running: 0, stages: [STAGE], slots: 2 },
  ...{ engines: { Translator }, startedAt: new Date(0), seenAt: new Date(0) },
});
const wanted = async (...workers: readonly LiveWorker[]) => {
  const records = { workers: async () => workers, backlog: async () => [work] } as PoolRecords;
  return (await readBacklog(records, catalogue, { pool: 'text', targetSeconds: 60 }))!.desiredWorkers;
};

test('a pool is as large as its engines need: tasks go together through those that take several', async () => {
  const [model, program] = [
    worker({ engine: 'transformers', model: 'm', device: 'cpu' }),
    worker({ engine: 'apertium', device: 'cpu' }),
  ];
  expect(await wanted(model)).toBe(2);
  expect(await wanted(program)).toBe(32);
  // By the slowest where they differ, and where nobody knows.
  expect(await wanted(model, program)).toBe(32);
  expect(await wanted()).toBe(32);
  expect(await wanted(worker({ unavailable: 'not here' }))).toBe(32);
});
