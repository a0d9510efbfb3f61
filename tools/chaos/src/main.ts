// The failure suite: `npm run chaos -- [--short | --full] [--only NAME] [--seed N] [--json]`.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { beginRun, endRun, endUnlessKnown, hasCeph, noNetworkWhy, startCeph } from '@intermodal/trial';
import pMap from 'p-map';
import { Prediction } from './check/prediction.ts';
import { clockSource } from './faults/clock-off.ts';
import { table } from './report/table.ts';
import { PreviousVersion } from './previous-version.ts';
import { brokenOff, verdictOf, type Verdict } from './report/verdict.ts';
import { play, type Game } from './round/play.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios/all.ts';

/** Much of a scenario is waiting for leases and locks. */
const AT_A_TIME = 2;

const NAMES = SCENARIOS.map(({ name }) => name);
const HELP = `Runs the engine in real processes, disturbs it, and checks that nothing is lost and nothing doubled: docs/failure-suite.md.

  npm run chaos -- [--short | --full] [--only NAME]... [--seed N] [--upgrade-from COMMIT] [--json]

  --short      the form of .ci/run, some six minutes; also when left out
  --full       every row with its full numbers, some half an hour
  --only NAME  ${NAMES.join(', ')}
  --seed N     of everything that is drawn by chance; 1 when left out
  --upgrade-from COMMIT
               what hosts-upgrade begins with; the commit before the last one that changed SQL when left out
  --json       the report as JSON on standard output

  npm run chaos -- --only worker-kills --only maps --seed 7
  npm run chaos -- --full --json > report.json
`;
const { values } = parseArgs({
  options: {
    short: { type: 'boolean' },
    full: { type: 'boolean' },
    only: { type: 'string', multiple: true },
    seed: { type: 'string', default: '1' },
    'upgrade-from': { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});
endUnlessKnown(values, { help: HELP, kind: 'scenario', names: NAMES });
const { signal, elapsed, say } = beginRun();

// Hundreds of processes of the same code are started.
const cache = await mkdtemp(join(tmpdir(), 'intermodal-chaos-code-'));
const size = values.full ? 'full' : 'short';
const ceph = hasCeph() ? await startCeph() : undefined;
const verdicts: Verdict[] = [];
const skipped: string[] = [];
/** Or why there is none. */
let previous: PreviousVersion | string | undefined;
try {
  const chosen = SCENARIOS.filter(
    ({ name, form = size, byName }) => (values.only?.includes(name) ?? !byName) && form === size,
  );
  if (chosen.some(({ fromPrevious }) => fromPrevious)) {
    say('building the previous version');
    previous = await PreviousVersion.build(values['upgrade-from'], signal);
  }
  if (chosen.length === 0) throw new Error(`None of these is played in the ${size} form.`);
  const game: Omit<Game, 'onProgress'> = {
    prediction: await Prediction.load(),
    ceph,
    previous: typeof previous === 'string' ? undefined : previous,
    seed: Number(values.seed),
    size,
    base: { ...process.env, NODE_COMPILE_CACHE: cache },
    signal,
  };
  const tryNext = async (next: Scenario): Promise<void> => {
    if (signal.aborted) return;
    const noHosts = next.hosts ? noNetworkWhy() : undefined;
    if ((next.faultyS3 || next.hosts) && !ceph)
      skipped.push(`${next.name}: skipped, there is no S3 (Ceph RGW) here`);
    else if (noHosts !== undefined) skipped.push(`${next.name}: skipped, ${noHosts}`);
    else if (next.fromPrevious && typeof previous === 'string')
      skipped.push(`${next.name}: skipped, ${previous}`);
    else verdicts.push(await tryOut(next, game));
  };
  // What is held to a time is played alone.
  const isTimed = (scenario: Scenario): boolean =>
    size === 'full' && scenario.fullRestartP99MaxMs !== undefined;
  await pMap(chosen.filter(isTimed), tryNext, { concurrency: 1 });
  await pMap(
    chosen.filter((scenario) => !isTimed(scenario)),
    tryNext,
    { concurrency: AT_A_TIME },
  );
} finally {
  await ceph?.stop();
  if (typeof previous === 'object') await previous.remove();
  await rm(cache, { recursive: true, force: true });
}
if (signal.aborted) process.exit(130);

verdicts.sort((a, b) => NAMES.indexOf(a.name) - NAMES.indexOf(b.name));
const notes = [
  ...skipped,
  `${size} form, seed ${values.seed}; artifacts in ${ceph ? 'a real S3 (Ceph RGW)' : 'a folder'}; clocks by ${clockSource()}; ` +
    elapsed(),
];
endRun({ size, seed: values.seed, notes, verdicts }, table(verdicts, notes), values.json);

async function tryOut(scenario: Scenario, game: Omit<Game, 'onProgress'>): Promise<Verdict> {
  const since = performance.now();
  const seconds = (): number => (performance.now() - since) / 1_000;
  let last = '';
  const onProgress = (what: string): void => {
    if (what !== last) say(`${scenario.name}: ${what}`);
    last = what;
  };
  try {
    const verdict = verdictOf(scenario, await play(scenario, { ...game, onProgress }), seconds(), game.size);
    const why = verdict.reasons.length > 0 ? `: ${verdict.reasons.join('; ')}` : '';
    say(
      `${scenario.name}: ${verdict.passed ? 'ok' : 'FAILED'} in ${seconds().toFixed(0)} s${verdict.passed ? '' : why}`,
    );
    return verdict;
  } catch (error) {
    say(`${scenario.name}: broke off`);
    return brokenOff(scenario, error, seconds());
  }
}
