import { defineScenario } from '../scenario.ts';
import { shapes } from '../round/work.ts';

export default defineScenario({
  name: 'redis-emptied',
  injects: 'FLUSHALL under load',
  short: { jobs: 60, times: 3, everyMs: 1_500 },
  full: { jobs: 600, times: 30, everyMs: 2_000 },
  effects: ['flushes', 'queue-losses'],
  async run(round, { jobs, times, everyMs }) {
    await Promise.all([
      round.submitAll(shapes(jobs, { ms: 100 }), { spreadMs: times * everyMs }),
      round.every(everyMs, times, async () => {
        await round.redis.flushall();
        round.fault('flushes', round.concurrency);
      }),
    ]);
    round.expectNoRefusals();
  },
});
