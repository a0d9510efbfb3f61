import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startBenchStack } from './bench-stack.ts';
import { BENCHMARKS } from './benchmarks/index.ts';
import type { Figure } from './figure.ts';
import { loadNow, machineFacts, type MachineFacts } from './machine/facts.ts';
import { toMarkdown, type Report } from './report/markdown.ts';
import { storeReport } from './report/store.ts';

const HELP = `Measures Intermodal beside its yardsticks, in one run on this machine: docs/benchmark.md.

  npm run bench -- [--only NAME]... [--json] [--quick]

  --only NAME   ${BENCHMARKS.map(({ name }) => name).join(', ')}
  --json        the figures as JSON on standard output
  --quick       small numbers: shows that everything works, and no figures

A full run writes docs/measured; any other writes test-results/bench.
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const unknown = (values.only ?? []).filter((name) => !BENCHMARKS.some((one) => one.name === name));
if (values.help || unknown.length > 0) {
  process.stdout.write(HELP);
  process.exitCode = values.help ? 0 : 2;
} else {
  await measure();
}

async function measure(): Promise<void> {
  const { quick, only, json } = values;
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const loadBefore = loadNow();
  const rounds = quick ? 2 : 5;
  let facts: MachineFacts | undefined;
  const startStack = async () => {
    const stack = await startBenchStack(process.env);
    facts ??= await machineFacts(stack, loadBefore);
    return stack;
  };
  const figures: Figure[] = [];
  for (const benchmark of BENCHMARKS.filter(({ name }) => only?.includes(name) ?? true)) {
    say(`${benchmark.name}:`);
    const context = { startStack, quick, rounds, say: (text: string) => say(`  ${text}`) };
    figures.push(...(await benchmark.run(context)));
  }
  const report: Report = { quick, rounds, facts: facts!, figures };
  const folder = quick || only ? 'test-results/bench' : 'docs/measured';
  const path = await storeReport(report, resolve(import.meta.dirname, '../../..', folder));
  process.stdout.write(json ? `${JSON.stringify(report, null, 1)}\n` : toMarkdown(report, []));
  say(`Written: ${path} and what it shows.`);
}
