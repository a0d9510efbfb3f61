import { defineScenario } from '../scenario.ts';
import { percentile } from '../round/restart-times.ts';
import { chains } from '../round/work.ts';
import { addTenant, openJobs, submitBatches, waitsMs } from '../round/tenants.ts';

const FEW = 10;
const MS = 20;

/** How long somebody waits whose neighbour floods everything. It is told, not judged: the machine is shared. */
export default defineScenario({
  name: 'fairness',
  injects: 'one tenant floods, another submits ten jobs; figures: the p95 of their wait for their start',
  short: { flood: 1_000 },
  full: { flood: 10_000 },
  slots: 8,
  effects: ['wait-p95-idle-ms', 'wait-p95-flooded-ms', 'flood-left'],
  async run(round, { flood }) {
    const neighbour = await addTenant(round, 'b');
    const few = async (): Promise<number> => {
      const entries = await Promise.all(
        chains(FEW, MS).map((work) => round.submit(work, { webhook: false, client: neighbour })),
      );
      return percentile(await waitsMs(round, entries), 0.95);
    };
    // The first ones warm up the processes.
    await few();
    round.effect('wait-p95-idle-ms', await few());
    await submitBatches(round, chains(flood, MS));
    round.effect('wait-p95-flooded-ms', await few());
    round.effect('flood-left', await openJobs(round));
  },
});
