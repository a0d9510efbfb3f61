import { defineScenario } from '../scenario.ts';
import { diamonds } from '../round/work.ts';

export default defineScenario({
  name: 's3-errors',
  injects: '503 to 30 % of the requests to S3, then to all',
  short: { jobs: 60, someMs: 4_000, allMs: 4_000 },
  full: { jobs: 1_000, someMs: 60_000, allMs: 120_000 },
  faultyS3: true,
  effects: ['s3-unavailable', 'puts-failed'],
  async run(round, { jobs, someMs, allMs }) {
    const failing = async (): Promise<void> => {
      round.s3.fate = () => (round.random() < 0.3 ? 'unavailable' : 'pass');
      await round.pause(someMs);
      round.s3.fate = () => 'unavailable';
      await round.pause(allMs);
      round.s3.fate = () => 'pass';
    };
    await Promise.all([round.submitAll(diamonds(jobs, 10_000), { spreadMs: someMs + allMs }), failing()]);
    // Every request that failed may have cost an attempt.
    round.fault('s3-outages', round.s3.counts.unavailable);
    round.effect('s3-unavailable', round.s3.counts.unavailable);
  },
});
