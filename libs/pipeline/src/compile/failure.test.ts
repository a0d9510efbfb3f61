import { expect, test } from 'vitest';
import { compile } from './compile.ts';
import { catalogue, changed, document, faultsOf } from './hear-all.testing.ts';

// What decision 0009 added to the language: when, join, onError: default.

test('a condition becomes expressions, its node waits for them, and what they look at stays in the records', () => {
  const gated = changed((d) => {
    d.nodes.lines.nodes.heard.when = {
      all: ['$segment.startMs', { not: { in: ['$params.language', ['de', '$$x']] } }],
    };
    d.nodes.lines.nodes.heard.onError = 'default';
    d.nodes.lines.nodes.heard.default = { text: '$$5' };
    d.nodes.lines.when = { less: ['$cut.seconds', 60] };
    d.nodes.lines.join = { quorum: 2 };
  });
  const { nodes } = compile(gated, catalogue);
  expect(nodes.find(({ id }) => id === 'lines.heard')).toMatchObject({
    when: {
      all: [
        { value: { item: ['startMs'], depth: 1 } },
        { not: { in: [{ params: ['language'] }, { lit: ['de', '$x'] }] } },
      ],
    },
    onError: 'default',
    fallback: { text: '$5' },
  });
  expect(nodes.find(({ id }) => id === 'lines')).toMatchObject({
    dependsOn: ['cut', 'split'],
    when: { less: [{ node: 'cut', depth: 0, path: ['seconds'] }, { lit: 60 }] },
    join: { kind: 'quorum', count: 2 },
    onError: 'fail',
    fallback: null,
  });
  expect(nodes.find(({ id }) => id === 'cut')).toMatchObject({ iterated: ['seconds'], when: null });
});

test('a list that is written down can be walked over', () => {
  const parts = compile(document, catalogue).nodes.find(({ id }) => id === 'parts');
  expect(parts).toMatchObject({
    list: { array: [{ node: 'split', depth: 0, path: ['segments'] }, { lit: null }] },
    join: { kind: 'all' },
    dependsOn: ['split'],
  });
});

test.each([
  [
    'a condition on what is not there',
    (d: any) => (d.nodes.split.when = { any: [{ not: '$inptu.x' }, '$params.language'] }),
    'nodes.split.when.any[0].not',
    /no node or item 'inptu'/,
  ],
  [
    'a condition on a port that is not there',
    (d: any) => (d.nodes.lines.nodes.heard.when = { equals: ['$segment.endMs', 5] }),
    'nodes.lines.nodes.heard.when.equals[0]',
    /\$segment has no 'endMs'; it has audio, startMs/,
  ],
  [
    'a condition that compares a text',
    (d: any) => (d.nodes.split.when = { less: ['$params.language', 5] }),
    'nodes.split.when.less[0]',
    /expected a number, but it is text/,
  ],
  [
    'a condition that looks for something in what is no list',
    (d: any) => (d.nodes.split.when = { in: ['en', '$params.language'] }),
    'nodes.split.when.in[1]',
    /expected a list, but it is text/,
  ],
  ['a literal condition', (d: any) => (d.nodes.split.when = 'yes'), 'nodes.split.when', /is a reference/],
  [
    'an unknown condition',
    (d: any) => (d.nodes.split.when = { all: [{ equal: [1, 1] }] }),
    'nodes.split.when.all.0',
    /one of equals, in, less, greater, not, all, any/,
  ],
  [
    'two conditions in one',
    (d: any) => (d.nodes.split.when = { less: [1, 2], greater: [2, 1] }),
    'nodes.split.when',
    /greater/,
  ],
  [
    'a condition without its pair',
    (d: any) => (d.nodes.split.when = { less: ['$params.language'] }),
    'nodes.split.when.less',
    /expected a pair/,
  ],
  ['all of nothing', (d: any) => (d.nodes.split.when = { all: [] }), 'nodes.split.when.all', />=1/],
  [
    'a default for a port that is not there',
    (d: any) => Object.assign(d.nodes.lines.nodes.heard, { onError: 'default', default: { txet: '' } }),
    'nodes.lines.nodes.heard.default.txet',
    /speech.hear@1 has no output 'txet'; it has text/,
  ],
  [
    'a default for a file',
    (d: any) => Object.assign(d.nodes.cut, { onError: 'default', default: { sound: 'a.wav' } }),
    'nodes.cut.default.sound',
    /a file cannot have a default/,
  ],
  [
    'a default of the wrong type',
    (d: any) => Object.assign(d.nodes.lines.nodes.heard, { onError: 'default', default: { text: 5 } }),
    'nodes.lines.nodes.heard.default.text',
    /expected text, but it is a number/,
  ],
  [
    'a default that the stage would never give',
    (d: any) => Object.assign(d.nodes.split, { onError: 'default', default: { segments: [{ startMs: 0 }] } }),
    'nodes.split.default.segments',
    /speech.split@1 never gives/,
  ],
  [
    'a default that refers to something',
    (d: any) => Object.assign(d.nodes.lines, { onError: 'default', default: ['$input.audio'] }),
    'nodes.lines.default[0]',
    /a default is a literal/,
  ],
  [
    'onError: default alone',
    (d: any) => (d.nodes.split.onError = 'default'),
    'nodes.split.default',
    /needs a/,
  ],
  [
    'a default alone',
    (d: any) => (d.nodes.lines.default = []),
    'nodes.lines.default',
    /'onError: default' only/,
  ],
  [
    'a quorum of none',
    (d: any) => (d.nodes.lines.join = { quorum: 0 }),
    'nodes.lines.join.quorum',
    /whole number from 1/,
  ],
  ['an unknown join', (d: any) => (d.nodes.lines.join = 'most'), 'nodes.lines.join', /all, any, always/],
  [
    'a quorum larger than the list that is written down',
    (d: any) => Object.assign(d.nodes.parts, { join: { quorum: 3 } }),
    'nodes.parts.join.quorum',
    /never be reached: the list has 2 items/,
  ],
  [
    'an each over a text',
    (d: any) => (d.nodes.lines.each = 'segments'),
    'nodes.lines.each',
    /takes a reference to a list/,
  ],
  ['a join on a stage', (d: any) => (d.nodes.split.join = 'any'), 'nodes.split', /join/],
])('%s is named with its place', (_what, change, path, message) => {
  const faults = faultsOf(changed(change));
  expect(faults).toContainEqual({ path, message: expect.stringMatching(message) as string });
});

test('a node that waits by its condition for what waits for it is a circle', () => {
  const circle = changed((d) => {
    d.nodes.cut.when = { greater: ['$cut3.seconds', 1] };
    d.nodes.cut3 = { stage: 'media.cut@1', in: { audio: '$cut.sound' } };
  });
  expect(faultsOf(circle)).toContainEqual({
    path: 'nodes.cut',
    message: 'nodes wait for each other: cut -> cut3 -> cut',
  });
});
