import { showId } from '@intermodal/contracts';
import { defineScenario } from '../scenario.ts';
import { shapes } from '../round/work.ts';

export default defineScenario({
  name: 'cancel-races',
  injects: 'jobs cancelled at random moments of their lives',
  short: { jobs: 120 },
  full: { jobs: 1_000 },
  effects: ['cancels', 'jobs-cancelled', 'jobs-completed'],
  async run(round, { jobs }) {
    const works = shapes(jobs, { ms: 20 });
    const lane = async (): Promise<void> => {
      for (let work = works.shift(); work; work = works.shift()) {
        const entry = await round.submit(work);
        entry.cancelled = true;
        await round.pause(round.random() * 400);
        await round.stack.clients[0]!.jobs.cancel(showId('job', entry.jobId!));
        round.effect('cancels');
      }
    };
    await Promise.all(Array.from({ length: 8 }, lane));
  },
});
