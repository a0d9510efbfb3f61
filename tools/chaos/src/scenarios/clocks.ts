import { defineScenario } from '../scenario.ts';
import { shapes } from '../round/work.ts';

export default defineScenario({
  name: 'clocks',
  injects: 'workers whose clocks are ten minutes off, half of them ahead, half behind; some are killed',
  short: { jobs: 40, kills: 3 },
  full: { jobs: 400, kills: 30 },
  clocksOff: true,
  stack: { workers: 4 },
  effects: ['clocks-off', 'kills', 'lease-expiries'],
  async run(round, { jobs, kills }) {
    await Promise.all([
      round.submitAll(shapes(jobs, { ms: 150 }), { spreadMs: kills * 1_500 }),
      round.every(1_500, kills, () => round.killAny(round.stack.workers)),
    ]);
  },
});
