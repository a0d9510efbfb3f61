import { newUuid } from '@intermodal/contracts';
import type { BenchStack } from '../bench-stack.ts';
import type { Benchmark } from '../benchmark.ts';
import { percentile, spreadOf } from '../figure.ts';
import { verifyCommits, verifyEchoes } from '../verify-batch.ts';
import { inputsOf, ONE_STEP } from './one-step.ts';

const FEW = 10;

/** One tenant floods, another submits ten jobs: how long they wait for their start, beside how long on an idle stack. */
export const fairness: Benchmark = {
  name: 'fairness',
  async run({ startStack, quick, rounds, say }) {
    await using stack = await startStack();
    const plan = stack.plan(ONE_STEP);
    const flood = quick ? 1_000 : 10_000;
    const [a, b] = [await addTenant(stack, 'a'), await addTenant(stack, 'b')];
    await stack.trial.addWorker();
    const waits = async (): Promise<number> => {
      const batchId = await stack.submit(plan, inputsOf(FEW), b);
      await stack.ended(batchId, b);
      return percentile(await waitsOf(stack, batchId, b), 95);
    };
    await waits();
    const idle: number[] = [];
    const flooded: number[] = [];
    for (let round = 1; round <= rounds; round++) {
      idle.push(await waits());
      const batchId = await stack.submit(plan, inputsOf(flood), a);
      flooded.push(await waits());
      const batch = await stack.records.batches.get(a, batchId);
      const { queued } = batch!.jobs;
      say(
        `round ${round}: ${idle.at(-1)} ms idle, ${flooded.at(-1)} ms in the flood, of which ${queued} were left`,
      );
      await stack.ended(batchId, a);
    }
    await verifyEchoes(stack.database);
    await verifyCommits(stack.database, (2 * rounds + 1) * FEW + rounds * flood);
    return [
      {
        benchmark: 'fairness',
        name: `p95 of the wait of ten jobs while another tenant's ${flood} wait`,
        unit: 'ms',
        ours: spreadOf(flooded),
        yardstick: { name: 'the same on an idle stack', value: spreadOf(idle) },
        target: { atMost: 3 },
      },
    ];
  },
};

/** From being written down to being claimed, by the clock of the database. */
async function waitsOf(stack: BenchStack, batchId: string, tenantId: string): Promise<number[]> {
  const rows = await stack.records.batches.rows(batchId, { afterLine: 0, limit: FEW });
  const jobs = await Promise.all(rows.map((row) => stack.records.jobs.get(tenantId, row.jobId!)));
  return jobs.map((job) => {
    if (job?.state !== 'completed' || !job.startedAt) throw new Error(`A job ended ${job?.state}.`);
    return job.startedAt.getTime() - job.createdAt.getTime();
  });
}

async function addTenant({ database }: BenchStack, name: string): Promise<string> {
  const id = newUuid();
  await database.query('INSERT INTO tenant (id, name) VALUES ($1, $2)', [id, name]);
  return id;
}
