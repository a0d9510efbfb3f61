import { expect, test } from 'vitest';
import { compile } from './compile.ts';
import { catalogue, changed, document, faultsOf } from './hear-all.testing.ts';

test('references are resolved, and an each waits for what it walks over', () => {
  const plan = compile(document, catalogue);
  const lines = plan.nodes.find((node) => node.id === 'lines')!;
  expect(lines).toMatchObject({
    kind: 'each',
    dependsOn: ['split'],
    list: { node: 'split', depth: 0, path: ['segments'] },
    collect: {
      object: {
        at: { item: ['startMs'], depth: 1 },
        text: { node: 'heard', depth: 1, path: ['text'] },
        cost: { lit: '$5' },
      },
    },
  });
  expect(plan.nodes.find((node) => node.id === 'split')).toMatchObject({
    dependents: ['lines', 'parts'],
    iterated: ['segments'],
    required: ['audio'],
  });
  expect(plan.output.map(({ name, required }) => [name, required])).toEqual([
    ['lines', true],
    ['split', false],
  ]);
});

test('the hash is of the meaning, not of the writing', () => {
  const reordered = Object.fromEntries(Object.entries(document).reverse());
  expect(compile(reordered, catalogue).sha256).toBe(compile(document, catalogue).sha256);
});

test.each([
  [
    'an unknown stage',
    (d: any) => (d.nodes.split.stage = 'speech.cut@1'),
    'nodes.split.stage',
    /no stage 'speech.cut@1'.*speech.split@1/,
  ],
  [
    'an unknown reference',
    (d: any) => (d.nodes.split.in.audio = '$inptu.audio'),
    'nodes.split.in.audio',
    /no node or item 'inptu'.*\$input/,
  ],
  [
    'an unknown output port',
    (d: any) => (d.nodes.lines.each = '$split.parts'),
    'nodes.lines.each',
    /\$split has no 'parts'; it has segments/,
  ],
  [
    'an unknown input port',
    (d: any) => (d.nodes.split.in.sound = '$input.audio'),
    'nodes.split.in.sound',
    /no input 'sound'; it has audio/,
  ],
  [
    'a missing input port',
    (d: any) => (d.nodes.split.in = {}),
    'nodes.split.in',
    /needs an input 'audio': a file of type audio\/\*/,
  ],
  [
    'a number where a file belongs',
    (d: any) => (d.nodes.lines.nodes.heard.in.audio = '$segment.startMs'),
    'nodes.lines.nodes.heard.in.audio',
    /expected a file of type audio\/wav, but it is a number.*speech.hear@1/,
  ],
  [
    'the wrong kind of file',
    (d: any) => (d.nodes.lines.nodes.heard.in.audio = '$input.audio'),
    'nodes.lines.nodes.heard.in.audio',
    /expected a file of type audio\/wav, but it is a file of type audio\/\*/,
  ],
  [
    'a file that is not declared as one',
    (d: any) => (d.input.audio = { file: 'audio/*' }),
    'nodes.split.in.audio',
    /expected a file, and input\.audio is not declared as one: write \{"media": "audio\/\*"\} there/,
  ],
  [
    'an unknown param of a stage',
    (d: any) => (d.nodes.lines.nodes.heard.params.tongue = 'en'),
    'nodes.lines.nodes.heard.params.tongue',
    /no param 'tongue'; it has language/,
  ],
  [
    'a param that the stage refuses',
    (d: any) => (d.nodes.lines.nodes.heard.params.language = 'english'),
    'nodes.lines.nodes.heard.params.language',
    /does not accept "english"/,
  ],
  [
    'an undeclared param',
    (d: any) => (d.nodes.lines.nodes.heard.params.language = '$params.to'),
    'nodes.lines.nodes.heard.params.language',
    /\$params has no 'to'; it has language/,
  ],
  [
    'an each over what is no list',
    (d: any) => (d.nodes.lines.each = '$params.language'),
    'nodes.lines.each',
    /expected a list, but it is text/,
  ],
  ['a name that is taken', (d: any) => (d.nodes.lines.as = 'split'), 'nodes.lines.as', /'split' is taken/],
  [
    'a key that is not known',
    (d: any) => (d.nodes.split.whenever = '$input.audio'),
    'nodes.split',
    /whenever/,
  ],
  ['a broken reference', (d: any) => (d.output.lines = '$lines..x'), 'output.lines', /is no reference/],
  ['a version that is no number', (d: any) => (d.version = 'latest'), 'version', /number/],
  ['an empty pipeline', (d: any) => ((d.nodes = {}), (d.output = {})), 'nodes', /at least one node/],
])('%s is named with its place', (_what, change, path, message) => {
  const faults = faultsOf(changed(change));
  expect(faults).toContainEqual({ path, message: expect.stringMatching(message) as string });
});

test('a circle is named', () => {
  const circle = changed((d) => {
    d.nodes.split.in.audio = '$other.segments';
    d.nodes.other = { stage: 'speech.split@1', in: { audio: '$split.segments' } };
  });
  expect(faultsOf(circle).map(({ message }) => message)).toContain(
    'nodes wait for each other: split -> other -> split',
  );
});

test('a node inside an each that refers to its own each is a circle too', () => {
  const circle = changed((d) => (d.nodes.lines.nodes.heard.in.hint = '$lines'));
  expect(faultsOf(circle).map(({ message }) => message)).toContain(
    'nodes wait for each other: lines -> lines',
  );
});

test('every fault is told at once', () => {
  const broken = changed((d) => {
    d.nodes.split.stage = 'speech.cut@1';
    d.output.lines = '$nothing';
  });
  expect(faultsOf(broken)).toHaveLength(2);
});
