import { expect, test } from 'vitest';
import { spreadOf, type Figure } from '../figure.ts';
import { toMarkdown } from './markdown.ts';
import { drawPlots } from './plots.ts';

const chain: Figure = {
  benchmark: 'chain',
  name: 'Chains of three',
  unit: 'tasks/s',
  ours: spreadOf([2_000, 1_000, 3_000]),
  yardstick: { name: 'FlowProducer, concurrency 50', value: spreadOf([4_000]) },
  target: { atLeast: 1 },
  details: { 'WAL bytes/task': 384 },
};
const waiting = (value: number): Figure => ({
  benchmark: 'waiting',
  name: `with ${value} waiting`,
  unit: 'tasks/s',
  at: { what: 'waiting tasks', value },
  ours: spreadOf([10]),
});

test('the table holds each figure beside its yardstick, and says whether the target was reached', () => {
  const report = {
    quick: false,
    rounds: 5,
    facts: { node: 'v24', commit: 'abc' },
    figures: [chain, waiting(1)],
  };
  const lines = toMarkdown(report, ['benchmark-chain.svg']).split('\n');
  expect(lines).toContain(
    '| Chains of three | 2,000 (1,000 to 3,000) tasks/s | FlowProducer, concurrency 50: 4,000 | 0.50x | >= 1x | missed |',
  );
  expect(lines).toContain('| with 1 waiting | 10 tasks/s |  |  |  |  |');
  expect(lines).toContain('- Chains of three: WAL bytes/task 384');
  expect(lines).toContain('![benchmark-chain](benchmark-chain.svg)');
  expect(lines).toContain('The machine: node v24 · commit abc.');
  expect(lines.join()).not.toContain('no figures');
  expect(toMarkdown({ ...report, quick: true }, [])).toContain('no figures');
});

test('every benchmark has its plot, with its sides named', async () => {
  const plots = await drawPlots([chain, waiting(1_000), waiting(10_000)]);
  expect([...plots.keys()]).toEqual(['benchmark-chain-tasks-s.svg', 'benchmark-waiting-tasks-s.svg']);
  expect(plots.get('benchmark-chain-tasks-s.svg')).toContain('FlowProducer, concurrency 50');
  const line = plots.get('benchmark-waiting-tasks-s.svg')!;
  expect(line).toMatch(/^<svg/);
  expect(line).toContain('waiting tasks');
});
