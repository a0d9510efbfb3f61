// The contract suite: `npm run contract -- [--only NAME] [--json]`.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { beginRun, endRun, endUnlessKnown } from '@intermodal/trial';
import { loadSuites } from './load-suites.ts';
import { table } from './report/table.ts';
import { brokenOff, verdictOf, type Verdict } from './report/verdict.ts';
import { makeFixtures } from './stack/make-fixtures.ts';
import { startContractStack, type ContractStack } from './stack/start-contract-stack.ts';
import type { Suite } from './suite.ts';

const suites = await loadSuites();
const names = suites.map(({ name }) => name);
const HELP = `Holds a running Intermodal to what is promised to its users: docs/contract-suite.md.

  npm run contract -- [--only NAME]... [--seed N] [--json]

  --only NAME  ${names.join(', ')}
  --seed N     what is random, again
  --json       the report as JSON on standard output

  npm run contract -- --only stack
  npm run contract -- --json > report.json

${suites.map(({ name, summary }) => `  ${name.padEnd(12)} ${summary}`).join('\n')}
`;
const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    seed: { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});
endUnlessKnown(values, { help: HELP, kind: 'suite', names });
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
if (!Number.isSafeInteger(seed)) {
  process.stderr.write(`--seed ${values.seed}: expected a whole number.\n`);
  process.exit(2);
}
const { signal, elapsed, say } = beginRun();
const stopped = new Promise<never>((_, refuse) =>
  signal.addEventListener('abort', () => refuse(signal.reason as Error)),
);
stopped.catch(() => {});

const verdicts: Verdict[] = [];
say('starting Postgres, Redis, two API processes and the workers');
// A signal while it starts: it is awaited, then ended.
const stack = await startContractStack(process.env);
try {
  const fixtures = await makeFixtures(join(stack.folder, 'fixtures'), say);
  for (const suite of suites.filter(({ name }) => values.only?.includes(name) ?? true)) {
    if (signal.aborted) break;
    verdicts.push(await play(suite, stack, fixtures));
  }
} finally {
  await stack.stop();
}
if (signal.aborted) process.exit(130);

const notes = [
  `two API processes, a proxy and ${stack.names.length - 2} workers; artifacts in ${process.env.S3_BUCKET ? 'S3' : 'a folder'}; ` +
    elapsed(),
];
endRun({ notes, verdicts }, table(verdicts, notes), values.json);

async function play(
  suite: Suite,
  { urls, url, keys, ...rest }: ContractStack,
  fixtures: string,
): Promise<Verdict> {
  const since = performance.now();
  const seconds = (): number => (performance.now() - since) / 1_000;
  const sayOfIt = (what: string): void => say(`${suite.name}: ${what}`);
  try {
    const running = suite.run({
      ...{ urls, url, keys, fixtures, seed },
      stack: { urls, url, keys, ...rest },
      signal,
      say: sayOfIt,
    });
    // A suite that does not listen to the signal is not waited for.
    running.catch(() => {});
    const verdict = verdictOf(suite, await Promise.race([running, stopped]), seconds());
    sayOfIt(`${verdict.passed ? 'ok' : 'FAILED'} in ${seconds().toFixed(0)} s`);
    return verdict;
  } catch (error) {
    sayOfIt('broke off');
    return brokenOff(suite, error, seconds());
  }
}
