import { MAX_BATCH_ROWS } from '@intermodal/contracts';
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
            const batches = linesOf(inputs);
            const accepted = { total: 0, queued: 0 };
            const seen = await rate(async () => {
              for (const lines of batches) {
                const { counts } = await client.batches.submitLines(lines, { pipeline: ONE_STEP });
                accepted.total += counts.total;
                accepted.queued += counts.queued;
              }
            });
            verify(accepted.total, accepted.queued);
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
        figure(`over HTTP, ${MAX_BATCH_ROWS} a batch`, samples.HTTP),
      ];
    } finally {
      await queue.close();
    }
  },
};

/** As lines of JSON, in batches as large as the API takes them. */
function linesOf(inputs: readonly object[]): string[] {
  const lines = inputs.map((input, i) => JSON.stringify({ custom_id: `row-${i}`, input }));
  const batches = Math.ceil(lines.length / MAX_BATCH_ROWS);
  return Array.from({ length: batches }, (_, i) =>
    lines.slice(i * MAX_BATCH_ROWS, (i + 1) * MAX_BATCH_ROWS).join('\n'),
  );
}
