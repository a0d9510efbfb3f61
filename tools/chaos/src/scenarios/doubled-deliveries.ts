import { defineScenario } from '../scenario.ts';
import { shapes } from '../round/work.ts';

export default defineScenario({
  name: 'doubled-deliveries',
  injects: 'every delivery is sent twice in one moment, under two ids: nothing runs twice',
  short: { jobs: 60 },
  full: { jobs: 600 },
  slots: 8,
  stack: { workers: 2, environment: { TRIAL_DOUBLED: 'true' } },
  effects: ['doubled-deliveries'],
  run: (round, { jobs }) => round.submitAll(shapes(jobs, { ms: 20 }), { spreadMs: jobs * 30 }),
});
