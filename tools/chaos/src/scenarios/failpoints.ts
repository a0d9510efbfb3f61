import { STEPS, type Failpoint, type Step, type TrialProcess } from '@intermodal/trial';
import { showId } from '@intermodal/contracts';
import type { Round } from '../round/round.ts';
import { defineScenario, type Scenario } from '../scenario.ts';
import { SHAPE_NAMES, shapes, type ShapeName } from '../round/work.ts';

const OF_API: readonly Step[] = ['submit', 'cancel'];
const SIDES = ['before', 'after'] as const;
const pointsOf = (steps: readonly Step[]): Failpoint[] =>
  steps.flatMap((step) => SIDES.map((side): Failpoint => `${step}.${side}`));

const NO_FILE = 'no node of it gives a file';
const NO_FAILURE = 'no node of it fails';

/** Steps that no process takes while there is only this shape, and why. */
const UNMET: Readonly<Record<ShapeName, Partial<Record<Step, string>>>> = {
  chain: { output: NO_FILE, fail: NO_FAILURE },
  diamond: { fail: NO_FAILURE },
  'map-join': { output: NO_FILE },
  skip: { output: NO_FILE },
};

/** All shapes at once. */
export const failpoints = tried('failpoints', 'under four shapes', SHAPE_NAMES, {}, 'short');

/** Every shape alone, so that each point is met under each. */
export const failpointsByShape: readonly Scenario[] = SHAPE_NAMES.map((shape) =>
  tried(`failpoints-${shape}`, `under the shape ${shape}`, [shape], UNMET[shape], 'full'),
);

function tried(
  name: string,
  where: string,
  of: readonly ShapeName[],
  unmet: Partial<Record<Step, string>>,
  form: 'short' | 'full',
): Scenario {
  const steps = STEPS.filter((step) => unmet[step] === undefined);
  const points = pointsOf(steps);
  return defineScenario({
    ...{ name, form, unmet },
    injects: `SIGKILL at each of ${points.length} points around the steps, ${where}`,
    short: {},
    full: {},
    // So short a drain that a worker which is told to end has something to hand back.
    stack: { workers: 4, apis: 2, drainMs: 100 },
    // One may die of its point while it is being killed for the next.
    mayDie: true,
    effects: ['kills', 'lease-expiries', ...points.map((point) => `failpoint:${point}`)],
    async run(round) {
      const loading = new AbortController();
      const load = keepBusy(round, of, loading.signal);
      const { apis, workers } = round.stack;
      await Promise.all([
        hitAll(round, apis, pointsOf(OF_API)),
        hitAll(round, workers, pointsOf(steps.filter((step) => !OF_API.includes(step)))),
      ]);
      loading.abort();
      await load;
    },
  });
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
      if (++tries === TRIES || round.hasSeen(`failpoint:${point}`)) [point, tries] = [points.shift(), 0];
      arm(one, point, round);
      if (!died) await round.kill(one);
    }
  };
  await Promise.all(processes.map(lane));
}

/** Lives of a process in which a point may be missed. */
const TRIES = 5;

function arm(one: TrialProcess, point: Failpoint | undefined, round: Round): void {
  const passage = point && RARE.includes(stepOf(point)) ? 1 : 1 + Math.floor(round.random() * 3);
  if (point === undefined) delete one.environment.INTERMODAL_FAILPOINTS;
  else one.environment.INTERMODAL_FAILPOINTS = `${point}:${passage}`;
}

const stepOf = (point: Failpoint): string => point.slice(0, point.lastIndexOf('.'));

/** What a process does not do many times in a few seconds. */
const RARE = ['release', 'webhook-settle', 'cancel', 'fail', 'output'];

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
  round.died();
  return true;
}

async function keepBusy(round: Round, of: readonly ShapeName[], signal: AbortSignal): Promise<void> {
  for (let from = 0; !signal.aborted; from += 4) {
    const works = shapes(4, { ms: 400, items: 4, from, of });
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
