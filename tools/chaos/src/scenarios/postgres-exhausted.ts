import { defineScenario } from '../scenario.ts';
import { ConnectionHog } from '../faults/connection-hog.ts';
import { shapes } from '../round/work.ts';

export default defineScenario({
  name: 'postgres-exhausted',
  injects: 'all connections that Postgres allows are held by somebody else; no process dies of it',
  short: { jobs: 40, times: 1, holdMs: 3_000 },
  full: { jobs: 400, times: 3, holdMs: 15_000 },
  effects: ['exhaustions', 'connections-held', 'refused-submits'],
  async run(round, { jobs, times, holdMs }) {
    await Promise.all([
      round.submitAll(shapes(jobs, { ms: 50 }), { spreadMs: times * (holdMs + 3_000) }),
      round.every(1_000, times, async () => {
        const hog = await ConnectionHog.seize(round.stack.databaseUrl);
        try {
          // What runs meanwhile loses its lease.
          round.fault('exhaustions', round.concurrency);
          round.effect('connections-held', hog.held);
          await round.pause(holdMs);
        } finally {
          await hog.release();
        }
      }),
    ]);
  },
});
