import { parseArgs } from 'node:util';
import { startBenchStack } from './bench-stack.ts';
import { BENCHMARKS } from './benchmarks/index.ts';
import type { Figure } from './figure.ts';

const HELP = `Measures Intermodal beside its yardsticks, in one run on this machine: docs/benchmark.md.

  npm run bench -- [--only NAME]... [--json] [--quick]

  --only NAME   ${BENCHMARKS.map(({ name }) => name).join(', ')}
  --json        the figures as JSON on standard output
  --quick       small numbers: shows that everything works, and no figures
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
  const chosen = BENCHMARKS.filter(({ name }) => values.only?.includes(name) ?? true);
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const figures: Figure[] = [];
  for (const benchmark of chosen) {
    say(`${benchmark.name}:`);
    const startStack = () => startBenchStack(process.env);
    const context = { startStack, quick: values.quick, rounds: values.quick ? 2 : 5 };
    figures.push(...(await benchmark.run({ ...context, say: (text) => say(`  ${text}`) })));
  }
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
}
