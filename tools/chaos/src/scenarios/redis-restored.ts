import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { defineScenario } from '../scenario.ts';
import { shapes } from '../round/work.ts';

export default defineScenario({
  name: 'redis-restored',
  injects: 'Redis killed, and started from an older copy of its data',
  short: { jobs: 60, agesMs: [1_000, 5_000] },
  full: { jobs: 600, agesMs: [1_000, 5_000, 60_000] },
  effects: ['restores', 'queue-losses'],
  async run(round, { jobs, agesMs }) {
    const data = join(round.stack.folder, 'redis', 'appendonlydir');
    const copy = join(round.stack.folder, 'redis-copy');
    const totalMs = agesMs.reduce((sum, ageMs) => sum + ageMs + 1_000, 0);
    const restoring = async (): Promise<void> => {
      for (const ageMs of agesMs) {
        await round.pause(500);
        await rm(copy, { recursive: true, force: true });
        await cp(data, copy, { recursive: true });
        await round.pause(ageMs);
        await round.stack.redis.kill();
        await rm(data, { recursive: true });
        await cp(copy, data, { recursive: true });
        await round.stack.redis.startAgain();
        round.fault('restores', round.concurrency);
      }
    };
    await Promise.all([round.submitAll(shapes(jobs, { ms: 100 }), { spreadMs: totalMs }), restoring()]);
    round.expectNoRefusals();
  },
});
