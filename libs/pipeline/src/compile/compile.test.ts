import { file, IntermodalError } from '@intermodal/contracts';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { checkSubmission } from '../check-submission.ts';
import { catalogueOf } from '../stage-catalogue.ts';
import { defineStage } from '../stage.ts';
import { compile } from './compile.ts';

const unused = async (): Promise<never> => {
  throw new Error('not run here');
};
const catalogue = catalogueOf([
  defineStage({
    name: 'speech.split',
    version: 1,
    pool: 'speech',
    summary: 'Splits.',
    input: z.object({ audio: file('audio/*') }),
    output: z.object({ segments: z.array(z.object({ audio: file('audio/wav'), startMs: z.number() })) }),
    run: unused,
  }),
  defineStage({
    name: 'speech.hear',
    version: 1,
    pool: 'speech',
    summary: 'Hears.',
    input: z.object({ audio: file('audio/wav'), hint: z.string().optional() }),
    params: z.object({ language: z.string().length(2).default('en') }),
    output: z.object({ text: z.string() }),
    run: unused,
  }),
]);

const document = {
  name: 'hear-all',
  version: 1,
  input: { audio: { media: 'audio/*' } },
  params: { type: 'object', properties: { language: { type: 'string', default: 'en' } } },
  nodes: {
    lines: {
      each: '$split.segments',
      as: 'segment',
      nodes: {
        heard: {
          stage: 'speech.hear@1',
          in: { audio: '$segment.audio' },
          params: { language: '$params.language' },
        },
      },
      collect: { at: '$segment.startMs', text: '$heard.text', cost: '$$5' },
    },
    split: { stage: 'speech.split@1', in: { audio: '$input.audio' } },
  },
  output: { lines: '$lines', 'split?': '$split.segments' },
};

type Document = typeof document;
const changed = (change: (copy: any) => void): Document => {
  const copy = structuredClone(document);
  change(copy);
  return copy;
};

function faultsOf(broken: unknown): { path: string; message: string }[] {
  try {
    compile(broken, catalogue);
  } catch (error) {
    expect(error).toBeInstanceOf(IntermodalError);
    expect((error as IntermodalError).code).toBe('pipeline.invalid');
    return (error as IntermodalError).details as { path: string; message: string }[];
  }
  throw new Error('it compiled');
}

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
    dependents: ['lines'],
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

const audio = { artifact: 'art_00000000000000000000000000' };
const submission = (input: object, params: object = {}) =>
  checkSubmission(
    compile(document, catalogue),
    { input: input as never, params: params as never },
    catalogue,
  );

test('a submission is given its defaults', () => {
  expect(submission({ audio })).toEqual({ input: { audio }, params: { language: 'en' } });
});

test.each([
  ['a missing input', {}, {}, 'input.absent', /input.audio: hear-all needs a file of type audio\/\*/],
  [
    'an unknown input',
    { audio, sound: 1 },
    {},
    'input.invalid',
    /input.sound: hear-all has no such input; it has audio/,
  ],
  ['text in place of a file', { audio: 'a.wav' }, {}, 'input.invalid', /input.audio: give the file as/],
  ['an unknown param', { audio }, { to: 'es' }, 'input.invalid', /params.to: there is no such field/],
  [
    'a param of the wrong type',
    { audio },
    { language: 5 },
    'input.invalid',
    /params.language: must be string/,
  ],
  [
    'a param that a stage refuses',
    { audio },
    { language: 'english' },
    'input.invalid',
    /speech.hear@1 \(node lines.heard\) does not accept "english" as 'language'/,
  ],
])('%s is refused with a sentence', (_what, input, params, code, message) => {
  expect(() => submission(input, params)).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(message) as string }),
  );
});
