import { newUuid } from '@intermodal/contracts';
import { LOCAL_TENANT } from '@intermodal/records';
import { Bench } from 'tinybench';
import type { BenchStack } from '../bench-stack.ts';
import type { Benchmark } from '../benchmark.ts';
import { percentile, spreadOf } from '../figure.ts';
import { interleave } from '../rounds.ts';
import { openBullEvents, openBullQueue } from '../yardsticks/bull-backend.ts';
import { BullWorkerProcess } from '../yardsticks/bull-worker-process.ts';
import { THREE_STEPS } from './chain.ts';

const STEPS = 3;
const QUEUE = 'latency';
/** Whoever asks for a job that has ended and was removed gets an error. */
const KEPT = 1_000;

/** One job at a time on an idle stack, seen from the process that submits: until it hears that the job has ended. */
export const latency: Benchmark = {
  name: 'latency',
  async run({ startStack, quick, rounds, say }) {
    const iterations = quick ? 30 : 300;
    await using stack = await startStack();
    const backend = { kind: 'redis', url: stack.trial.redisUrl } as const;
    await using parts = new AsyncDisposableStack();
    await stack.trial.addWorker();
    parts.use(
      await BullWorkerProcess.start({
        ...{ queue: QUEUE, backend, concurrency: 1 },
        jobs: Number.MAX_SAFE_INTEGER,
      }),
    );
    const queue = openBullQueue(QUEUE, backend);
    parts.defer(() => queue.close());
    const events = openBullEvents(QUEUE, backend);
    parts.defer(() => events.close());
    await events.waitUntilReady();
    const ours = await jobRunner(stack);
    parts.defer(() => ours.close());

    const p95: number[] = [];
    const measured = async (work: () => Promise<void>): Promise<readonly number[]> => {
      const bench = new Bench({
        ...{ iterations, time: 0, warmupIterations: Math.ceil(iterations / 10), warmupTime: 0 },
        ...{ retainSamples: true, throws: true },
      });
      bench.add('one', work, { async: true });
      await bench.run();
      const { result } = bench.tasks[0]!;
      if (result.state !== 'completed') throw new Error('The loop did not complete.');
      return result.latency.samples!;
    };
    const samples = await interleave(
      rounds,
      {
        ours: async () => {
          const perTask = (await measured(ours.run)).map((ms) => ms / STEPS);
          p95.push(percentile(perTask, 95));
          return percentile(perTask, 50);
        },
        'raw BullMQ': async () => {
          const raw = await measured(async () => {
            const job = await queue.add('job', {}, { removeOnComplete: KEPT });
            await job.waitUntilFinished(events);
          });
          return percentile(raw, 50);
        },
      },
      say,
    );
    return [
      {
        benchmark: 'latency',
        name: 'An idle chain of three, a third of it: p50 of a round',
        unit: 'ms',
        ours: spreadOf(samples.ours),
        yardstick: { name: 'a raw BullMQ job', value: spreadOf(samples['raw BullMQ']) },
        target: { atMost: 2 },
        details: { 'p95 of a round, median': Number(spreadOf(p95).median.toFixed(2)) },
      },
    ];
  },
};

async function jobRunner(
  stack: BenchStack,
): Promise<{ run: () => Promise<void>; close: () => Promise<void> }> {
  const { records, queue } = stack;
  const plan = stack.plan(THREE_STEPS);
  const waiting = new Map<string, () => void>();
  const listener = await queue.listen((jobId) => waiting.get(jobId)?.());
  const run = async (): Promise<void> => {
    const id = newUuid();
    const ended = new Promise<void>((resolve, reject) => {
      const look = async (): Promise<void> => {
        const job = await records.jobs.get(LOCAL_TENANT, id);
        if (job?.state === 'completed' && job.output?.value === id) resolve();
        else if (job?.finishedAt) reject(new Error(`The job ended ${job.state}: ${JSON.stringify(job)}.`));
      };
      waiting.set(id, () => void look().catch(reject));
    });
    const job = { id, tenantId: LOCAL_TENANT, plan, input: { value: id }, params: {}, metadata: {} };
    const submitted = await records.jobs.submit(job);
    await stack.admission.open(submitted.waiting);
    try {
      await ended;
    } finally {
      waiting.delete(id);
    }
  };
  return { run, close: () => listener.close() };
}
