import type { FlowJob } from 'bullmq';
import { cpuSeconds } from '../machine/cpu-time.ts';
import { openBullFlows, openBullQueue, type BullBackend } from './bull-backend.ts';
import { BullWorkerProcess } from './bull-worker-process.ts';

/** What one flow is made of: how many jobs of each name, and the tree itself. */
export interface FlowShape {
  readonly counts: Readonly<Record<string, number>>;
  readonly flow: (queueName: string) => FlowJob;
}

const opts = { removeOnComplete: true, removeOnFail: true, attempts: 1 };
const node = (name: string, queueName: string, children?: FlowJob[]): FlowJob => ({
  ...{ name, queueName, data: {}, opts },
  ...(children && { children }),
});

/** Three jobs, each the only child of the next. */
export const CHAIN: FlowShape = {
  counts: { first: 1, second: 1, third: 1 },
  flow: (queue) => node('third', queue, [node('second', queue, [node('first', queue)])]),
};

/** Ten jobs and the one that waits for them. What makes the list cannot be in the tree: BullMQ's flows are not diamonds. */
export const TEN_AND_JOIN: FlowShape = {
  counts: { item: 10, join: 1 },
  flow: (queue) =>
    node(
      'join',
      queue,
      Array.from({ length: 10 }, () => node('item', queue)),
    ),
};

export interface FlowRun {
  readonly tasksPerSecond: number;
  readonly tasks: number;
  readonly workerCpuSeconds: number;
}

const FLOWS_PER_CALL = 500;
let runs = 0;

/** Everything is submitted, then a worker process starts: from its first job to its last. */
export async function runBullFlows(options: {
  shape: FlowShape;
  flows: number;
  concurrency: number;
  backend: BullBackend;
}): Promise<FlowRun> {
  const { shape, flows, concurrency, backend } = options;
  const queue = `flows-${++runs}`;
  const jobs = flows * Object.values(shape.counts).reduce((sum, count) => sum + count, 0);
  const producer = openBullFlows(backend);
  try {
    for (let left = flows; left > 0; left -= FLOWS_PER_CALL)
      await producer.addBulk(Array.from({ length: Math.min(left, FLOWS_PER_CALL) }, () => shape.flow(queue)));
  } finally {
    await producer.close();
  }
  await using worker = await BullWorkerProcess.start({ queue, backend, concurrency, jobs });
  const before = cpuSeconds(worker.pid);
  const { tookMs, processed } = await worker.done;
  for (const [name, count] of Object.entries(shape.counts))
    if (processed[name] !== flows * count)
      throw new Error(`${flows * count} '${name}' were to run: ${processed[name]}.`);
  const workerCpuSeconds = cpuSeconds(worker.pid) - before;
  await clear(queue, backend);
  return { tasksPerSecond: (jobs * 1_000) / tookMs, tasks: jobs, workerCpuSeconds };
}

async function clear(name: string, backend: BullBackend): Promise<void> {
  const queue = openBullQueue(name, backend);
  try {
    const left = await queue.getJobCounts('waiting', 'waiting-children', 'active', 'failed');
    if (Object.values(left).some((count) => count > 0))
      throw new Error(`Jobs are left: ${JSON.stringify(left)}.`);
    await queue.obliterate({ force: true });
  } finally {
    await queue.close();
  }
}
