import { defineScenario } from '../scenario.ts';
import { chains } from '../round/work.ts';

export default defineScenario({
  name: 'zombies',
  injects: 'workers stopped for two leases, then continued: what they held is somebody else’s',
  short: { stops: 6, leaseMs: 1_500 },
  full: { stops: 200, leaseMs: 1_500 },
  stack: { workers: 8, environment: { INTERMODAL_LEASE_MS: '1500', INTERMODAL_HEARTBEAT_MS: '700' } },
  effects: ['stops', 'lease-expiries', 'fenced'],
  async run(round, { stops, leaseMs }) {
    // Halves of the workers in turn, so that there is always somebody who takes over.
    const { workers } = round.stack;
    const halves = [workers.filter((_, i) => i % 2 === 0), workers.filter((_, i) => i % 2 === 1)];
    const rounds = Math.ceil(stops / halves[0]!.length);
    await Promise.all([
      round.submitAll(chains(rounds * 40, 600), { spreadMs: rounds * 2 * leaseMs }),
      round.every(200, rounds, async (i) => {
        const stopped = halves[i % 2]!;
        for (const worker of stopped) {
          worker.signal('SIGSTOP');
          round.fault('stops', round.concurrency / workers.length);
        }
        await round.pause(2 * leaseMs + 500);
        for (const worker of stopped) worker.signal('SIGCONT');
      }),
    ]);
  },
});
