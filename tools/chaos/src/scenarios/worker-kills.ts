import { defineScenario } from '../scenario.ts';
import { shapes } from '../round/work.ts';

export default defineScenario({
  name: 'worker-kills',
  injects: 'SIGKILL of workers at random',
  short: { jobs: 100, kills: 12, everyMs: 1_000 },
  full: { jobs: 1_000, kills: 76, everyMs: 2_000 },
  stack: { workers: 4 },
  slots: 8,
  // As in production: the limit of a restart is meant for these, and not for the short form beside a build.
  fullEnvironment: {
    INTERMODAL_LEASE_MS: '15000',
    INTERMODAL_HEARTBEAT_MS: '5000',
    INTERMODAL_SWEEP_MS: '2000',
  },
  fullRestartP99MaxMs: 20_000,
  effects: ['kills', 'lease-expiries', 'micro-batches'],
  async run(round, { jobs, kills, everyMs }) {
    await Promise.all([
      round.submitAll(shapes(jobs, { ms: 150, items: 28 }), { spreadMs: kills * everyMs }),
      round.every(everyMs, kills, () => round.killAny(round.stack.workers)),
    ]);
  },
});
