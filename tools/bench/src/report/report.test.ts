import { expect, test } from 'vitest';
import { spreadOf, type Figure } from '../figure.ts';
import { toMarkdown } from './markdown.ts';
import { drawPlots } from './plots.ts';
import { merged, type Result } from './report.ts';

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

const result = (benchmark: string, figures: Figure[], commit = 'abc'): Result => ({
  ...{ benchmark, figures, rounds: 5 },
  facts: { node: 'v24', commit },
});

test('the table holds each figure beside its yardstick, and says whether the target was reached', () => {
  const results = [result('chain', [chain]), result('waiting', [waiting(1)])];
  const lines = toMarkdown({ quick: false, results }, ['engine-chain.svg']).split('\n');
  expect(lines).toContain(
    '| Chains of three | 2,000 (1,000 to 3,000) tasks/s | FlowProducer, concurrency 50: 4,000 | 0.50x | >= 1x | missed |',
  );
  expect(lines).toContain('| with 1 waiting | 10 tasks/s |  |  |  |  |');
  expect(lines).toContain('- Chains of three: WAL bytes/task 384');
  expect(lines).toContain('![engine-chain](engine-chain.svg)');
  expect(lines).toContain('chain, waiting: 5 rounds · node v24 · commit abc.');
  expect(lines.join()).not.toContain('no figures');
  expect(toMarkdown({ quick: true, results }, [])).toContain('no figures');
});

test('a benchmark that ran again replaces its own figures, and keeps its own machine', () => {
  const stored = { quick: false, results: [result('chain', [chain]), result('waiting', [waiting(1)])] };
  const fresh = { quick: false, results: [result('waiting', [waiting(2)], 'def')] };
  const all = merged(stored, fresh, ['waiting', 'chain']);
  expect(all.results.map(({ benchmark }) => benchmark)).toEqual(['waiting', 'chain']);
  const lines = toMarkdown(all, []).split('\n');
  expect(lines).toContain('waiting: 5 rounds · node v24 · commit def.');
  expect(lines).toContain('chain: 5 rounds · node v24 · commit abc.');
  expect(lines.join()).not.toContain('with 1 waiting');
});

test('every benchmark has its plot, with its sides named', async () => {
  const plots = await drawPlots([chain, waiting(1_000), waiting(10_000)]);
  expect([...plots.keys()]).toEqual(['engine-chain-tasks-s.svg', 'engine-waiting-tasks-s.svg']);
  expect(plots.get('engine-chain-tasks-s.svg')).toContain('FlowProducer, concurrency 50');
  const line = plots.get('engine-waiting-tasks-s.svg')!;
  expect(line).toMatch(/^<svg/);
  expect(line).toContain('waiting tasks');
});

test('what went over time has a line for each name', async () => {
  const points = [[0, 30] as const, [1, 31] as const];
  const series = ['api', 'worker 1'].map((name) => ({ title: 'RSS', name, unit: 'MB', points }));
  const plots = await drawPlots([{ ...chain, benchmark: 'soak', series }]);
  expect([...plots.keys()]).toEqual(['engine-soak-rss.svg']);
  expect(plots.get('engine-soak-rss.svg')).toContain('worker 1');
});
