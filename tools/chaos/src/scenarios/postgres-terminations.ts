import { defineScenario } from '../scenario.ts';
import { shapes } from '../round/work.ts';

export default defineScenario({
  name: 'postgres-terminations',
  injects: 'every connection to Postgres ended, once a second; no process dies of it',
  short: { jobs: 60, times: 8 },
  full: { jobs: 600, times: 120 },
  effects: ['terminations', 'connections-ended'],
  async run(round, { jobs, times }) {
    await Promise.all([
      round.submitAll(shapes(jobs, { ms: 100 }), { spreadMs: times * 1_000 }),
      round.every(1_000, times, async () => {
        const { rowCount } = await round.database.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'intermodal trial%'`,
        );
        round.fault('terminations', round.concurrency);
        round.effect('connections-ended', rowCount ?? 0);
      }),
    ]);
  },
});
