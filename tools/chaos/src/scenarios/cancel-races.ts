import { showId } from '@intermodal/contracts';
import pMap from 'p-map';
import { defineScenario } from '../scenario.ts';
import { shapes, type Work } from '../round/work.ts';

export default defineScenario({
  name: 'cancel-races',
  injects: 'jobs cancelled at random moments of their lives',
  short: { jobs: 120 },
  full: { jobs: 1_000 },
  effects: ['cancels', 'jobs-cancelled', 'jobs-completed'],
  async run(round, { jobs }) {
    const race = async (work: Work): Promise<void> => {
      const entry = await round.submit(work);
      entry.cancelled = true;
      await round.pause(round.random() * 400);
      await round.stack.clients[0]!.jobs.cancel(showId('job', entry.jobId!));
      round.effect('cancels');
    };
    await pMap(shapes(jobs, { ms: 20 }), race, { concurrency: 8 });
  },
});
