import { defineScenario } from '../scenario.ts';
import type { Work } from '../round/work.ts';

export default defineScenario({
  name: 'poison',
  injects: 'inputs that end the process that runs them: exactly they fail',
  short: { jobs: 100, poisoned: 4 },
  full: { jobs: 500, poisoned: 20 },
  effects: ['deaths', 'lease-expiries', 'jobs-failed', 'jobs-completed'],
  mayDie: true,
  noneGivenUp: true,
  async run(round, { jobs, poisoned }) {
    const every = Math.floor(jobs / poisoned);
    const works = Array.from({ length: jobs }, (_, value): Work => ({
      pipeline: 'trial-poison',
      input: { value },
      params: { marked: value % every === 0 ? [value] : [] },
    }));
    await round.submitAll(works, { spreadMs: jobs * 50 });
  },
});
