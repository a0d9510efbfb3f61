import { defineScenario } from '../scenario.ts';
import { diamonds } from '../round/work.ts';

export default defineScenario({
  name: 's3-broken-streams',
  injects: 'connections to S3 reset in mid-upload, downloads cut short',
  short: { jobs: 60, ms: 5_000 },
  full: { jobs: 1_000, ms: 60_000 },
  faultyS3: true,
  effects: ['s3-resets', 's3-cut-short'],
  async run(round, { jobs, ms }) {
    round.s3.fate = ({ method }) => {
      if (round.random() > 0.3) return 'pass';
      return method === 'PUT' ? 'reset' : method === 'GET' ? 'truncate' : 'pass';
    };
    await round.submitAll(diamonds(jobs, 300_000), { spreadMs: ms });
    await round.pause(1_000);
    round.s3.fate = () => 'pass';
    const { reset, truncate } = round.s3.counts;
    round.fault('s3-streams', reset + truncate);
    round.effect('s3-resets', reset);
    round.effect('s3-cut-short', truncate);
  },
});
