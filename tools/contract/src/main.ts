// The contract suite: `npm run contract -- [--only NAME] [--json]`.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadSuites } from './load-suites.ts';
import { table } from './report/table.ts';
import { brokenOff, verdictOf, type Verdict } from './report/verdict.ts';
import { makeFixtures } from './stack/make-fixtures.ts';
import { startContractStack, type ContractStack } from './stack/start-contract-stack.ts';
import type { Suite } from './suite.ts';

const suites = await loadSuites();
const HELP = `Holds a running Intermodal to what is promised to its users: docs/contract-suite.md.

  npm run contract -- [--only NAME]... [--seed N] [--json]

  --only NAME  ${suites.map(({ name }) => name).join(', ')}
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
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const unknown = values.only?.find((name) => !suites.some((suite) => suite.name === name));
if (unknown !== undefined) {
  const names = suites.map(({ name }) => name).join(', ');
  process.stderr.write(`There is no suite '${unknown}'; there are ${names}.\n`);
  process.exit(2);
}

const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
if (!Number.isSafeInteger(seed)) {
  process.stderr.write(`--seed ${values.seed}: expected a whole number.\n`);
  process.exit(2);
}
const stopping = new AbortController();
const stopped = new Promise<never>((_, refuse) =>
  stopping.signal.addEventListener('abort', () => refuse(stopping.signal.reason as Error)),
);
stopped.catch(() => {});
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.on(name, () => stopping.abort(new Error(`${name}: everything is taken down.`)));
const began = performance.now();
const say = (text: string): void => {
  const seconds = ((performance.now() - began) / 1_000).toFixed(0).padStart(4);
  if (!stopping.signal.aborted) process.stderr.write(`${seconds} s  ${text}\n`);
};

const verdicts: Verdict[] = [];
say('starting Postgres, Redis, two API processes and the workers');
// A signal while it starts: it is awaited, then ended.
const stack = await startContractStack(process.env);
try {
  const fixtures = await makeFixtures(join(stack.folder, 'fixtures'), say);
  for (const suite of suites.filter(({ name }) => values.only?.includes(name) ?? true)) {
    if (stopping.signal.aborted) break;
    verdicts.push(await play(suite, stack, fixtures));
  }
} finally {
  await stack.stop();
}
if (stopping.signal.aborted) process.exit(130);

const notes = [
  `two API processes, a proxy and ${stack.names.length - 2} workers; artifacts in ${process.env.S3_BUCKET ? 'S3' : 'a folder'}; ` +
    `${((performance.now() - began) / 1_000).toFixed(0)} s`,
];
if (values.json) process.stdout.write(`${JSON.stringify({ notes, verdicts })}\n`);
// Whoever pipes the JSON away still sees the table.
process[values.json ? 'stderr' : 'stdout'].write(`${table(verdicts, notes)}\n`);
process.exit(verdicts.every(({ passed }) => passed) ? 0 : 1);

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
      signal: stopping.signal,
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
