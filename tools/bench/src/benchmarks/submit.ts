import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchView, IntermodalClient } from '@intermodal/client';
import { LOCAL_TENANT } from '@intermodal/records';
import type { Benchmark } from '../benchmark.ts';
import { spreadOf, type Figure } from '../figure.ts';
import { interleave } from '../rounds.ts';
import { openBullQueue } from '../yardsticks/bull-backend.ts';
import { inputsOf, ONE_STEP } from './one-step.ts';

/** Rows of a batch, until they are accepted: written down and sent. No worker runs. */
export const submit: Benchmark = {
  name: 'submit',
  async run({ startStack, quick, rounds, say }) {
    const rows = quick ? 1_000 : 10_000;
    await using stack = await startStack();
    const { trial, records } = stack;
    const plan = stack.plan(ONE_STEP);
    const inputs = inputsOf(rows);
    const client = trial.clients[0]!;
    const queue = openBullQueue('submit', { kind: 'redis', url: trial.redisUrl });
    const rate = async (work: () => Promise<void>): Promise<number> => {
      const begun = performance.now();
      await work();
      return (rows * 1_000) / (performance.now() - begun);
    };
    const verify = (total: number, queued: number): void => {
      if (total !== rows || queued !== rows)
        throw new Error(`${rows} rows were to wait: ${queued} of ${total}.`);
    };
    try {
      const samples = await interleave(
        rounds,
        {
          records: async () => {
            let batchId = '';
            const seen = await rate(async () => void (batchId = await stack.submit(plan, inputs)));
            const batch = await records.batches.get(LOCAL_TENANT, batchId);
            verify(batch!.total, batch!.jobs.queued);
            return seen;
          },
          HTTP: async () => {
            const lines = linesOf(inputs);
            let counts: BatchView['counts'] | undefined;
            const seen = await rate(async () => {
              const { id } = await client.batches.submitLines(lines, { pipeline: ONE_STEP });
              ({ counts } = await readThrough(client, id));
            });
            verify(counts!.total, counts!.queued);
            return seen;
          },
          addBulk: async () => {
            const bulk = inputs.map((data) => ({ name: 'row', data }));
            const seen = await rate(async () => void (await queue.addBulk(bulk)));
            verify(rows, await queue.getWaitingCount());
            await queue.obliterate({ force: true });
            return seen;
          },
        },
        say,
      );
      const yardstick = { name: "BullMQ's addBulk", value: spreadOf(samples.addBulk) };
      const figure = (name: string, ours: number[]): Figure => ({
        ...{ benchmark: 'submit', name: `${rows} rows ${name}`, unit: 'rows/s' },
        ...{ ours: spreadOf(ours), yardstick, target: { atLeast: 0.5 } },
      });
      return [
        figure('into the records and the queue', samples.records),
        figure('over HTTP, as one file of JSON lines', samples.HTTP),
      ];
    } finally {
      await queue.close();
    }
  },
};

const linesOf = (inputs: readonly object[]): string =>
  inputs.map((input, i) => JSON.stringify({ custom_id: `row-${i}`, input })).join('\n');

/** Until every row of its file was read. */
async function readThrough(client: IntermodalClient, id: string): Promise<BatchView> {
  for (;;) {
    const batch = await client.batches.get(id);
    if (batch.status !== 'validating') return batch;
    await sleep(20);
  }
}
