import { defineScenario } from '../scenario.ts';
import { shapes } from '../round/work.ts';

export default defineScenario({
  name: 'redis-killed',
  injects: 'SIGKILL of Redis, away for a while; the API goes on saying yes',
  short: { jobs: 40, kills: 2, awayMs: 2_000 },
  full: { jobs: 400, kills: 10, awayMs: 10_000 },
  effects: ['redis-kills', 'sends-failed', 'sent-again'],
  async run(round, { jobs, kills, awayMs }) {
    await Promise.all([
      round.submitAll(shapes(jobs, { ms: 50 }), { spreadMs: kills * awayMs * 2 }),
      round.every(awayMs, kills, async () => {
        await round.stack.redis.kill();
        round.fault('redis-kills', round.concurrency);
        await round.pause(awayMs);
        await round.stack.redis.startAgain();
      }),
    ]);
    round.expectNoRefusals();
  },
});
