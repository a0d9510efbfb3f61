import { defineScenario } from '../scenario.ts';
import { shapes } from '../round/work.ts';

export default defineScenario({
  name: 'postgres-crashes',
  injects: 'immediate shutdown of Postgres; no process dies of it',
  short: { jobs: 60, times: 3, everyMs: 2_000 },
  full: { jobs: 600, times: 10, everyMs: 5_000 },
  effects: ['crashes'],
  async run(round, { jobs, times, everyMs }) {
    await Promise.all([
      round.submitAll(shapes(jobs, { ms: 100 }), { spreadMs: times * everyMs }),
      round.every(everyMs, times, async () => {
        await round.stack.postgres.kill('SIGQUIT');
        round.fault('crashes', round.concurrency);
        await round.stack.postgres.startAgain();
      }),
    ]);
  },
});
