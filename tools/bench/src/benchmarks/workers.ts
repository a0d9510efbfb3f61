import type { PipelineSource } from '@intermodal/pipeline';
import type { Benchmark } from '../benchmark.ts';
import { spreadOf, type Figure } from '../figure.ts';
import { verifyBatch, verifyCommits } from '../verify-batch.ts';
import { inputsOf, outputOf } from './one-step.ts';

const PROCESSES = [1, 2, 4];
/** So few and so long that the machine idles: what is seen is whether processes get into each other's way. */
const SLOTS = 20;
const TASK_MS = 1_000;

const document: PipelineSource = {
  name: 'bench-wait',
  version: 1,
  input: { value: {} },
  nodes: { only: { stage: 'trial.wait@1', in: { value: '$input.value' }, params: { ms: TASK_MS } } },
  output: { value: '$only.value' },
};

/** Tasks that only wait, on one, two and four worker processes; the yardstick is every slot busy all the time. */
export const workers: Benchmark = {
  name: 'workers',
  async run({ startStack, quick, rounds, say }) {
    await using stack = await startStack();
    const plan = stack.plan(document);
    const turns = quick ? 2 : 5;
    const figures: Figure[] = [];
    let tasks = 0;
    let previous = 0;
    for (const processes of PROCESSES) {
      for (; stack.trial.workers.length < processes;)
        await stack.trial.addWorker({ INTERMODAL_SLOTS: String(SLOTS) });
      const jobs = processes * SLOTS * turns;
      const ideal = (processes * SLOTS * 1_000) / TASK_MS;
      const samples: number[] = [];
      for (let round = 0; round < Math.min(rounds, 3); round++) {
        const batchId = await stack.submit(plan, inputsOf(jobs));
        samples.push(jobs / (await stack.ended(batchId)));
        await verifyBatch(stack.database, { batchId, jobs, outputOf });
        tasks += jobs;
      }
      const ours = spreadOf(samples);
      say(`${processes} processes: ${Math.round(ours.median)} of ${ideal} tasks/s`);
      figures.push({
        benchmark: 'workers',
        name: `${processes} worker ${processes === 1 ? 'process' : 'processes'}, tasks of ${TASK_MS} ms`,
        unit: 'tasks/s',
        at: { what: 'worker processes', value: processes },
        ours,
        yardstick: { name: 'every slot busy', value: spreadOf([ideal]) },
        ...(previous > 0 && {
          details: { 'times the line above': Number((ours.median / previous).toFixed(2)) },
        }),
      });
      previous = ours.median;
    }
    await verifyCommits(stack.database, tasks);
    return figures;
  },
};
