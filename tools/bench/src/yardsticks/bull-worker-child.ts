// A process that works off one BullMQ queue with jobs that do nothing: the yardstick's counterpart of our worker.
import { openBullWorker } from './bull-backend.ts';
import type { BullWorkerMessage, BullWorkerOptions } from './bull-worker-process.ts';

const { queue, backend, concurrency, jobs } = JSON.parse(process.argv[2]!) as BullWorkerOptions;
const tell = (message: BullWorkerMessage): void => void process.send?.(message);
const processed: Record<string, number> = {};
let begunMs = 0;
let completed = 0;

const worker = openBullWorker(
  queue,
  (job) => {
    begunMs ||= performance.now();
    processed[job.name] = (processed[job.name] ?? 0) + 1;
    return Promise.resolve(job.data);
  },
  concurrency,
  backend,
);
worker.on('error', (error) => process.stderr.write(`${error.stack}\n`));
worker.on('failed', (job, error) => tell({ type: 'failed', message: `${job?.name}: ${error.message}` }));
worker.on('completed', () => {
  completed += 1;
  if (completed === jobs) tell({ type: 'done', tookMs: performance.now() - begunMs, processed });
});
await worker.waitUntilReady();
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => {
  worker.close().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
tell({ type: 'ready' });
