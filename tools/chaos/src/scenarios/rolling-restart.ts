import { defineScenario } from '../scenario.ts';
import { shapes } from '../round/work.ts';

export default defineScenario({
  name: 'rolling-restart',
  injects: 'SIGTERM to every process in turn, under load: nothing short is done twice',
  short: { jobs: 60, rounds: 1 },
  full: { jobs: 600, rounds: 5 },
  stack: { apis: 2, drainMs: 10_000 },
  effects: ['restarts'],
  async run(round, { jobs, rounds }) {
    const processes = [...round.stack.workers, ...round.stack.apis];
    const restarting = async (): Promise<void> => {
      for (let i = 0; i < rounds; i++)
        for (const one of processes) {
          round.expectedDeaths++;
          // No fault in the sense of L8: not one execution may be repeated.
          round.fault('restarts');
          await one.restart();
        }
    };
    await Promise.all([
      round.submitAll(shapes(jobs, { ms: 100 }), { spreadMs: rounds * processes.length * 2_000 }),
      restarting(),
    ]);
  },
});
