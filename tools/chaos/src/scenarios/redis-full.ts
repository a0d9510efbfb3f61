import { defineScenario } from '../scenario.ts';
import { shapes } from '../round/work.ts';

export default defineScenario({
  name: 'redis-full',
  injects: 'Redis out of memory for a while',
  short: { jobs: 40, fullMs: 3_000 },
  full: { jobs: 400, fullMs: 60_000 },
  effects: ['memory-full', 'sends-failed', 'sent-again'],
  async run(round, { jobs, fullMs }) {
    await Promise.all([
      round.submitAll(shapes(jobs, { ms: 50 }), { spreadMs: fullMs * 1.5 }),
      round.every(500, 1, async () => {
        await round.redis.config('SET', 'maxmemory', '1');
        round.fault('memory-full', round.concurrency);
        await round.pause(fullMs);
        await round.redis.config('SET', 'maxmemory', '0');
      }),
    ]);
    round.expectNoRefusals();
  },
});
