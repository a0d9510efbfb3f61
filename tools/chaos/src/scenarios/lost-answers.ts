import { defineScenario } from '../scenario.ts';
import { shapes } from '../round/work.ts';

const AFTER = ['claim', 'complete', 'fail', 'sweep', 'enqueue', 'webhook-claim', 'webhook-settle'] as const;

/** `complete.after:2:throw` and so on, at several passages of each. */
const points = (step: string, passage: number): string => `${step}.after:${passage}:throw`;

export default defineScenario({
  name: 'lost-answers',
  injects: 'what was done is reported as not done, as when a connection ends during COMMIT',
  short: { jobs: 40 },
  full: { jobs: 400 },
  // A worker knows one passage of each point: they differ from worker to worker.
  stack: { workers: 4 },
  workerFailpoints: (i) => AFTER.map((step) => points(step, 2 + 2 * i)).join(','),
  apiFailpoints: [points('submit', 3), points('cancel', 2), points('enqueue', 4)].join(','),
  effects: [
    'failpoint:submit.after',
    'failpoint:claim.after',
    'failpoint:complete.after',
    'failpoint:enqueue.after',
  ],
  async run(round, { jobs }) {
    // A lost claim is a lease that ends.
    round.allow(round.concurrency);
    await round.submitAll(shapes(jobs, { ms: 50 }), { spreadMs: jobs * 50 });
  },
});
