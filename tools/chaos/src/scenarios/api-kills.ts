import { defineScenario } from '../scenario.ts';
import { chains } from '../round/work.ts';

export default defineScenario({
  name: 'api-kills',
  injects: 'SIGKILL of the API while it is asked, by clients with keys that ask again',
  short: { jobs: 500, kills: 4, everyMs: 2_000 },
  full: { jobs: 5_000, kills: 60, everyMs: 1_500 },
  stack: { apis: 2, workers: 1 },
  slots: 16,
  effects: ['kills', 'refused-submits'],
  async run(round, { jobs, kills, everyMs }) {
    await Promise.all([
      round.submitAll(chains(jobs, 0), { spreadMs: kills * everyMs, webhook: false }),
      round.every(everyMs, kills, (i) => round.kill(round.stack.apis[i % 2]!)),
    ]);
  },
});
