import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startBenchStack } from './bench-stack.ts';
import type { Benchmark, BenchmarkContext } from './benchmark.ts';
import { BENCHMARKS } from './benchmarks/index.ts';
import { loadNow, machineFacts, type MachineFacts } from './machine/facts.ts';
import { toMarkdown } from './report/markdown.ts';
import { merged, type Report, type Result } from './report/report.ts';
import { readReport, storeReport } from './report/store.ts';

const HELP = `Measures Intermodal beside its yardsticks, in one run on this machine: docs/benchmark.md.

  npm run bench -- [--only NAME]... [--keep] [--minutes N] [--json] [--quick]
  npm run bench -- --draw

  --only NAME   ${BENCHMARKS.map(({ name }) => name).join(', ')};
                without it all but ${BENCHMARKS.filter((one) => one.onlyByName).map(({ name }) => name)}
  --keep        with --only: the figures replace those of the same benchmarks in docs/measured
  --minutes N   how long the soak takes; 30 when left out
  --json        the figures as JSON on standard output
  --quick       small numbers: shows that everything works, and no figures
  --draw        measures nothing: makes the table and the plots again, of docs/measured/engine.json

A full run writes docs/measured; any other, without --keep, writes test-results/bench.
`;
const ROOT = resolve(import.meta.dirname, '../../..');
const MEASURED = resolve(ROOT, 'docs/measured');

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    keep: { type: 'boolean', default: false },
    minutes: { type: 'string' },
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    draw: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const unknown = (values.only ?? []).filter((name) => !BENCHMARKS.some((one) => one.name === name));
const minutes = values.minutes === undefined ? undefined : Number(values.minutes);
const wrong =
  unknown.length > 0 || (minutes !== undefined && !(minutes > 0)) || (values.quick && values.keep);
if (values.help || wrong) {
  process.stdout.write(HELP);
  process.exitCode = values.help ? 0 : 2;
} else if (values.draw) {
  const report = await readReport(MEASURED);
  if (!report) throw new Error(`There are no figures in ${MEASURED}.`);
  say(`Written: ${await storeReport(report, MEASURED)} and what it shows.`);
} else {
  await measure();
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function measure(): Promise<void> {
  const { quick, only, json, keep } = values;
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stopping.abort());
  const loadBefore = loadNow();
  const chosen = BENCHMARKS.filter(({ name, onlyByName }) => only?.includes(name) ?? !onlyByName);
  const results: Result[] = [];
  let facts: MachineFacts | undefined;
  for (const benchmark of chosen) {
    say(`${benchmark.name}:`);
    const since = performance.now();
    await using open = new AsyncDisposableStack();
    const context: BenchmarkContext = {
      ...{ quick, open, signal: stopping.signal, rounds: quick ? 2 : 5, environment: process.env },
      ...(minutes !== undefined && { minutes }),
      async startStack(options) {
        const starting = startBenchStack(process.env, options);
        // Also when it is broken off while it starts.
        open.defer(async () => (await starting.catch(() => undefined))?.[Symbol.asyncDispose]());
        const stack = await starting;
        facts ??= await machineFacts(stack, loadBefore);
        return stack;
      },
      say: (text) => say(`  ${text}`),
    };
    const figures = await unlessBrokenOff(benchmark, context);
    const { name, onlyByName } = benchmark;
    results.push({
      benchmark: name,
      facts: facts ?? (await machineFacts(undefined, loadBefore)),
      rounds: onlyByName ? 1 : context.rounds,
      figures,
    });
    say(`  ${((performance.now() - since) / 1_000).toFixed(0)} s`);
  }
  const fresh: Report = { quick, results };
  const inDocs = !quick && (only === undefined || keep);
  const order = BENCHMARKS.map(({ name }) => name);
  const report = inDocs ? merged(await readReport(MEASURED), fresh, order) : fresh;
  const path = await storeReport(report, inDocs ? MEASURED : resolve(ROOT, 'test-results/bench'));
  process.stdout.write(json ? `${JSON.stringify(fresh, null, 1)}\n` : toMarkdown(fresh, []));
  say(`Written: ${path} and what it shows.`);
}

/** What was started is taken down by the time this process ends. */
async function unlessBrokenOff(benchmark: Benchmark, context: BenchmarkContext): Promise<Result['figures']> {
  const { signal, open } = context;
  const broken = new Promise<'broken off'>((settle) =>
    signal.addEventListener('abort', () => settle('broken off'), { once: true }),
  );
  const running = benchmark.run(context);
  const figures = await Promise.race([running, broken]);
  if (figures !== 'broken off') return figures;
  say('Everything is taken down.');
  running.catch(() => {});
  await open.disposeAsync();
  process.exit(130);
}
