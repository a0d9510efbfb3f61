import { defineScenario } from '../scenario.ts';
import { shapes } from '../round/work.ts';

export default defineScenario({
  name: 'worker-kills',
  injects: 'SIGKILL of workers at random',
  short: { jobs: 100, kills: 12, everyMs: 1_000 },
  full: { jobs: 1_000, kills: 76, everyMs: 2_000 },
  stack: { workers: 4 },
  effects: ['kills', 'lease-expiries'],
  async run(round, { jobs, kills, everyMs }) {
    await Promise.all([
      round.submitAll(shapes(jobs, { ms: 150 }), { spreadMs: kills * everyMs }),
      round.every(everyMs, kills, () => round.kill(round.pick(round.stack.workers))),
    ]);
  },
});
