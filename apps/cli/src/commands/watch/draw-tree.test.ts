import type { JobEvent } from '@intermodal/client';
import { expect, test } from 'vitest';
import { drawTree } from './draw-tree.ts';
import { JobTree } from './job-tree.ts';

const at = '2026-01-01T00:00:00.000Z';
const of = (path: string, stage: string | null = 's@1', attempt = 1) => ({
  job: 'job_1',
  path,
  stage,
  attempt,
});
const started = (path: string, more: { stage?: string | null; items?: number } = {}): JobEvent => ({
  type: 'task.started',
  ...of(path, more.stage),
  ...(more.items !== undefined && { items: more.items }),
  at,
});
const ended = (type: 'task.completed' | 'task.skipped', path: string): JobEvent => ({
  ...{ type, ...of(path), engine: 'toy', seconds: 1.5, at },
});
const head = { id: 'job_1', pipeline: 'p@1', seconds: 2 };

function treeOf(...events: JobEvent[]): JobTree {
  const tree = new JobTree();
  for (const event of events) tree.take(event);
  return tree;
}

test('nodes stand below each other, and the items of an each are one line for each of its nodes', () => {
  const tree = new JobTree();
  tree.expect([
    { path: 'sound', stage: 's@1' },
    { path: 'lines', stage: null },
    { path: 'spoken', stage: 's@1' },
  ]);
  for (const event of [
    { type: 'job.running', job: 'job_1', at } as const,
    ended('task.completed', 'sound'),
    started('lines', { stage: null, items: 4 }),
    ended('task.completed', 'lines[0].heard'),
    started('lines[1].heard'),
    started('lines[0].said'),
    started('lines[2].heard'),
  ])
    tree.take(event);
  expect(drawTree(tree, head, 100)).toEqual(
    [
      'job_1  running  p@1  2.0 s',
      '  ✓ sound                  1.5 s s@1 by toy',
      '  ▸ lines                 ',
      '    ▸ heard                ████░░░░░░░░░░░░ 1/4  2 running  s@1  by toy',
      '    ▸ said                 ░░░░░░░░░░░░░░░░ 0/4  1 running  s@1',
      '  · spoken                 s@1',
    ].map((line) => line.trimEnd()),
  );
});

test('of what runs, how much is done and the end of what it told; of what failed, why', () => {
  const tree = treeOf(
    started('answer'),
    { type: 'task.progress', job: 'job_1', path: 'answer', attempt: 1, progress: 0.5 },
    { type: 'task.partial', job: 'job_1', path: 'answer', attempt: 1, index: 0, value: { text: 'It is ' } },
    {
      type: 'task.partial',
      job: 'job_1',
      path: 'answer',
      attempt: 1,
      index: 1,
      value: { text: 'a\nlong tale' },
    },
    {
      type: 'task.failed',
      ...of('seen'),
      error: { code: 'media.unreadable', message: 'No.' },
      seconds: 1,
      at,
    },
  );
  const lines = drawTree(tree, { ...head, trouble: 'Lost.' }, 24);
  expect(lines[1]).toMatch(/^ {2}▸ answer/);
  expect(lines[2]).toBe('    “It is a long tale');
  expect(drawTree(tree, head, 14)[2]).toBe('    “…ong tale');
  expect(lines.slice(3)).toEqual(['  ✗ seen               …', '    No. (media.unreadab…', '  Lost.']);
  tree.take(ended('task.completed', 'answer'));
  expect(drawTree(tree, head, 100)[1]).toBe('  ✓ answer                 1.5 s s@1 by toy');
});

test('eaches in eaches are folded whole, and stand where they belong', () => {
  const tree = treeOf(
    started('pages', { stage: null, items: 2 }),
    started('last'),
    started('pages[0].words', { stage: null, items: 3 }),
    started('pages[1].words', { stage: null, items: 2 }),
    ended('task.completed', 'pages[1].words[0].x'),
    started('pages[0].words[2].x'),
    ended('task.skipped', 'pages[0].first'),
  );
  const names = tree.lines().map(({ key, depth, total }) => `${key} ${depth} ${total}`);
  expect(names).toEqual([
    'pages 0 1',
    'pages[].words 1 2',
    'pages[].words[].x 2 5',
    'pages[].first 1 2',
    'last 0 1',
  ]);
});
