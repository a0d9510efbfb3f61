import { newUuid } from '@intermodal/contracts';
import { compile, type Settlement } from '@intermodal/pipeline';
import { LOCAL_TENANT } from '@intermodal/records';
import { createDatabase, toyStages, type TestDatabase } from '@intermodal/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBenchDatabase, type BenchDatabase } from './machine/database.ts';
import { verifyBatch, verifyCommits, verifyEchoes } from './verify-batch.ts';

let own: TestDatabase;
let database: BenchDatabase;
beforeAll(async () => {
  own = await createDatabase();
  database = await openBenchDatabase(own.url);
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await own.drop();
});

const plan = compile(
  {
    name: 'one-step',
    version: 1,
    input: { value: {} },
    nodes: { only: { stage: 'toy.make@1', in: { a: '$input.value' } } },
    output: { value: '$only.value' },
  },
  toyStages,
);

test('only a batch that is done, right and committed once is let through', async () => {
  const { batches, tasks } = database.records;
  const rows = [1, 2].map((line) => ({
    ...{ line, jobId: newUuid(), input: { value: line } },
    ...{ params: {}, metadata: {} },
  }));
  const batch = { id: newUuid(), tenantId: LOCAL_TENANT, plan, rows, metadata: {} };
  const { batchId } = await batches.submit(batch);
  const expected = { batchId, jobs: 2, outputOf: (line: number) => ({ value: line }) };
  const verify = () => verifyBatch(database, expected);
  await expect(verify()).rejects.toThrow('2 jobs were to complete');
  await expect(verifyCommits(database, 2)).rejects.toThrow('committed once');

  const ids = (await database.query<{ id: string }>('SELECT id FROM task ORDER BY seq')).map(({ id }) => id);
  const { tasks: claimed } = await tasks.claim(ids, newUuid());
  const settlements = claimed.map(({ id, token, input }): Settlement => ({
    ...{ taskId: id, token, outcome: 'completed', artifacts: [] },
    output: { value: input.a, list: null },
  }));
  await tasks.settle(settlements);
  await verify();
  await verifyCommits(database, 2);
  await verifyEchoes(database);
  await expect(verifyCommits(database, 3)).rejects.toThrow('committed once');
  const wrong = { ...expected, outputOf: () => ({ value: 1 }) };
  await expect(verifyBatch(database, wrong)).rejects.toThrow('Line 2 gave {"value":2}');

  await database.query('UPDATE task SET commits = 2 WHERE id = $1', [ids[0]]);
  await expect(verifyCommits(database, 2)).rejects.toThrow('committed once');
  await expect(verifyEchoes(database)).rejects.toThrow('"twice":1');
});
