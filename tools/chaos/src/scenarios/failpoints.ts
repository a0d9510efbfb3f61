import { STEPS, type Failpoint, type TrialProcess } from '@intermodal/trial';
import { showId } from '@intermodal/contracts';
import type { Round } from '../round/round.ts';
import { defineScenario } from '../scenario.ts';
import { shapes } from '../round/work.ts';

const OF_API = ['submit', 'cancel'];
const POINTS = STEPS.flatMap((step): Failpoint[] => [`${step}.before`, `${step}.after`]);
const [API_POINTS, WORKER_POINTS] = [
  POINTS.filter((point) => OF_API.includes(stepOf(point))),
  POINTS.filter((point) => !OF_API.includes(stepOf(point))),
];

export default defineScenario({
  name: 'failpoints',
  injects: `SIGKILL at each of ${POINTS.length} points around the steps, under four shapes`,
  short: { passes: 1 },
  full: { passes: 8 },
  // So short a drain that a worker which is told to end has something to hand back.
  stack: { workers: 4, apis: 2, drainMs: 100 },
  // One may die of its point while it is being killed for the next.
  mayDie: true,
  effects: ['kills', 'lease-expiries', ...POINTS.map((point) => `failpoint:${point}`)],
  async run(round, { passes }) {
    for (let pass = 0; pass < passes; pass++) {
      const loading = new AbortController();
      const load = keepBusy(round, loading.signal);
      const { apis, workers } = round.stack;
      await Promise.all([hitAll(round, apis, [...API_POINTS]), hitAll(round, workers, [...WORKER_POINTS])]);
      loading.abort();
      await load;
    }
  },
});

function stepOf(point: Failpoint): string {
  return point.slice(0, point.lastIndexOf('.'));
}

/** Every process gets a point; when it died of it, its next life gets the next one. */
async function hitAll(round: Round, processes: readonly TrialProcess[], points: Failpoint[]): Promise<void> {
  const lane = async (one: TrialProcess): Promise<void> => {
    let [point, tries] = [points.shift(), 0];
    arm(one, point, round);
    // The one that is armed is its next life.
    await round.kill(one);
    while (point !== undefined) {
      await one.ready();
      const died = await meet(point, one, round);
      if (++tries === 5 || round.hasSeen(`failpoint:${point}`)) [point, tries] = [points.shift(), 0];
      arm(one, point, round);
      if (!died) await round.kill(one);
    }
  };
  await Promise.all(processes.map(lane));
}

function arm(one: TrialProcess, point: Failpoint | undefined, round: Round): void {
  const passage = point && RARE.includes(stepOf(point)) ? 1 : 1 + Math.floor(round.random() * 3);
  if (point === undefined) delete one.environment.INTERMODAL_FAILPOINTS;
  else one.environment.INTERMODAL_FAILPOINTS = `${point}:${passage}`;
}

/** What a process does not do many times in a few seconds. */
const RARE = ['release', 'webhook-settle', 'cancel', 'fail'];

/** Waits until it died of it; false when it does not come to that. */
async function meet(point: Failpoint, one: TrialProcess, round: Round): Promise<boolean> {
  const died = one.ended();
  if (stepOf(point) === 'release') {
    // It hands back what it is at when it is told to end.
    await round.pause(1_000);
    one.signal('SIGTERM');
  }
  const how = await Promise.race([died, round.pause(10_000)]);
  if (how === undefined) return false;
  round.died(one);
  return true;
}

async function keepBusy(round: Round, signal: AbortSignal): Promise<void> {
  for (let from = 0; !signal.aborted; from += 4) {
    const works = shapes(4, { ms: 400, items: 4, from });
    const [unlucky] = await Promise.all(works.map((work) => round.submit(work)));
    if (from % 8 === 0) {
      unlucky!.cancelled = true;
      // Asked of the two in turn; one that dies of it is asked again when it is back.
      const client = round.stack.clients[(from / 8) % 2]!;
      await client.jobs.cancel(showId('job', unlucky!.jobId!)).catch(() => {});
    }
    await round.pause(600);
  }
}
