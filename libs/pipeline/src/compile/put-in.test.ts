import { PipelineDocument } from '@intermodal/contracts';
import { expect, test } from 'vitest';
import { pipelinesOf } from '../pipeline-catalogue.ts';
import type { PlanNode } from '../plan.ts';
import { readyPaths, settleTask, startJob } from '../reference/executor.ts';
import { compile } from './compile.ts';
import { catalogue, faultsOf } from './hear-all.testing.ts';

// `pipeline: name@version` in place of a stage.

const hear = {
  name: 'hear',
  version: 1,
  input: {
    audio: { media: 'audio/*' },
    hint: { type: 'string', default: 'none' },
    extra: { optional: true },
  },
  params: {
    type: 'object',
    properties: { language: { type: 'string', default: 'en' }, best: { type: 'integer', minimum: 1 } },
    required: ['best'],
  },
  nodes: {
    split: { stage: 'speech.split@1', in: { audio: '$input.audio' } },
    lines: {
      each: '$split.segments',
      as: 'segment',
      nodes: {
        said: {
          stage: 'speech.hear@1',
          in: { audio: '$segment.audio', hint: '$input.hint' },
          params: { language: '$params.language' },
        },
      },
      collect: { text: '$said.text' },
    },
  },
  output: {
    lines: '$lines',
    'parts?': '$split.segments',
    told: { hint: '$input.hint', tags: ['a', '$lines'] },
  },
};
const twice = {
  name: 'twice',
  version: 2,
  input: { audio: { media: 'audio/*' } },
  nodes: {
    cut: { stage: 'media.cut@1', in: { audio: '$input.audio' } },
    inner: { pipeline: 'hear@1', in: { audio: '$cut.sound' }, params: { best: 1 } },
  },
  output: { lines: '$inner.lines' },
};
const published = (...documents: unknown[]) =>
  pipelinesOf(documents.map((document) => PipelineDocument.parse(document)));
const pipelines = published(hear, twice);

const outer = {
  name: 'outer',
  version: 1,
  input: { film: { media: 'audio/wav' } },
  params: { type: 'object', properties: { to: { type: 'string' }, wanted: { type: 'boolean' } } },
  nodes: {
    first: { stage: 'media.cut@1', in: { audio: '$input.film' } },
    greet: {
      pipeline: 'hear@1',
      in: { audio: '$first.sound' },
      params: { language: '$params.to', best: 3 },
      when: '$params.wanted',
    },
    again: {
      each: '$greet.parts',
      as: 'part',
      nodes: { heard: { stage: 'speech.hear@1', in: { audio: '$part.audio', hint: '$greet.told.hint' } } },
      collect: { text: '$heard.text' },
    },
  },
  output: { 'lines?': '$greet.lines', 'again?': '$again', hint: '$greet.told.hint' },
};
const changed = (change: (copy: any) => void) => {
  const copy = structuredClone(outer);
  change(copy);
  return copy;
};
const byId = (nodes: readonly PlanNode[]) => Object.fromEntries(nodes.map((node) => [node.id, node]));

test('the nodes of the pipeline stand in its place, bound to what it is given', () => {
  const plan = compile(outer, catalogue, pipelines);
  const nodes = byId(plan.nodes);
  const wanted = { value: { params: ['wanted'] } };
  expect(Object.keys(nodes).sort()).toEqual(
    ['again', 'again.heard', 'first', 'greet.lines', 'greet.lines.said', 'greet.split'].sort(),
  );
  expect(nodes['greet.split']).toMatchObject({
    ...{ name: 'greet.split', scope: '', depth: 0, when: wanted, iterated: ['segments'] },
    input: { audio: { node: 'first', depth: 0, path: ['sound'] } },
    dependsOn: ['first'],
  });
  expect(nodes['greet.lines']).toMatchObject({
    ...{ when: wanted, dependsOn: ['greet.split'] },
    list: { node: 'greet.split', depth: 0, path: ['segments'] },
    collect: { object: { text: { node: 'said', depth: 1, path: ['text'] } } },
  });
  expect(nodes['greet.lines.said']).toMatchObject({
    ...{ name: 'said', scope: 'greet.lines', depth: 1, when: null },
    input: { hint: { lit: 'none' } },
    params: { language: { params: ['to'] } },
  });
  expect(nodes['again']).toMatchObject({ dependsOn: ['greet.split'] });
  expect(nodes['again.heard']).toMatchObject({ input: { hint: { lit: 'none' } } });
  expect(plan.output).toEqual([
    { name: 'lines', required: false, value: { node: 'greet.lines', depth: 0, path: [] } },
    { name: 'again', required: false, value: { node: 'again', depth: 0, path: [] } },
    { name: 'hint', required: true, value: { lit: 'none' } },
  ]);
});

test('it runs as if its nodes were written there, and a `when` gates every one of them', () => {
  const file = { id: 'x' };
  const plan = compile(outer, catalogue, pipelines);
  const run = (wanted: boolean) => {
    const job = startJob(plan, { film: file }, { to: 'es', wanted });
    const settle = (path: string, output: Record<string, unknown>) =>
      settleTask(job, path, { state: 'completed', output });
    settle('first', { sound: file, seconds: 1 });
    settle('greet.split', { segments: [{ audio: file, startMs: 0 }] });
    expect(readyPaths(job)).toEqual(wanted ? ['greet.lines[0].said', 'again[0].heard'] : []);
    settle('greet.lines[0].said', { text: 'hello' });
    settle('again[0].heard', { text: 'again' });
    return job;
  };
  expect(run(true).output).toEqual({ lines: [{ text: 'hello' }], again: [{ text: 'again' }], hint: 'none' });
  const gated = run(false);
  expect(gated.output).toEqual({ lines: null, again: null, hint: 'none' });
  expect(gated.tasks.get('greet.split')).toMatchObject({ state: 'skipped', error: null });
});

test('pipelines in pipelines, and in an each', () => {
  const nested = changed((d) => {
    d.nodes = {
      all: {
        each: ['$input.film', null],
        as: 'film',
        nodes: { deep: { pipeline: 'twice@2', in: { audio: '$film' }, when: '$film' } },
        collect: { lines: '$deep.lines' },
      },
    };
    d.output = { all: '$all' };
  });
  const nodes = byId(compile(nested, catalogue, pipelines).nodes);
  expect(Object.keys(nodes).sort()).toEqual([
    'all',
    'all.deep.cut',
    'all.deep.inner.lines',
    'all.deep.inner.lines.said',
    'all.deep.inner.split',
  ]);
  expect(nodes['all.deep.inner.split']).toMatchObject({
    ...{ name: 'deep.inner.split', scope: 'all', depth: 1, dependsOn: ['deep.cut'] },
    input: { audio: { node: 'deep.cut', depth: 1, path: ['sound'] } },
    when: { value: { item: [], depth: 1 } },
  });
  expect(nodes['all']).toMatchObject({
    collect: { object: { lines: { node: 'deep.inner.lines', depth: 1, path: [] } } },
  });
});

test('conditions of pipelines in pipelines are all asked', () => {
  const gated = {
    ...twice,
    params: { type: 'object', properties: { on: {} } },
    nodes: { ...twice.nodes, inner: { ...twice.nodes.inner, when: '$params.on' } },
  };
  const document = changed((d) => {
    d.nodes = {
      deep: {
        pipeline: 'twice@2',
        in: { audio: '$input.film' },
        params: { on: '$params.to' },
        when: '$params.wanted',
      },
    };
    d.output = {};
  });
  const nodes = byId(compile(document, catalogue, published(hear, gated)).nodes);
  expect(nodes['deep.cut']).toMatchObject({ when: { value: { params: ['wanted'] } } });
  expect(nodes['deep.inner.split']).toMatchObject({
    when: { all: [{ value: { params: ['wanted'] } }, { value: { params: ['to'] } }] },
  });
});

test('the hash covers what was put in, however deep, and not what else is published', () => {
  const deep = changed((d) => (d.nodes.greet.pipeline = 'twice@2'));
  deep.nodes.greet = { pipeline: 'twice@2', in: { audio: '$first.sound' } } as never;
  delete (deep.nodes as any).again;
  deep.output = { 'lines?': '$greet.lines' } as never;
  const hash = (...documents: unknown[]) => compile(deep, catalogue, published(...documents)).sha256;
  expect(hash(hear, twice)).toBe(hash(twice, { ...twice, version: 3 }, hear));
  expect(hash(hear, twice)).not.toBe(hash({ ...hear, summary: 'Hears.' }, twice));
});

test.each([
  [
    'an unknown pipeline',
    (d: any) => (d.nodes.greet.pipeline = 'hear@7'),
    'nodes.greet.pipeline',
    "there is no pipeline 'hear@7'; known are hear@1, twice@2",
  ],
  [
    'a pipeline without a version',
    (d: any) => (d.nodes.greet.pipeline = 'hear'),
    'nodes.greet.pipeline',
    'expected pipeline@version, e.g. speech-to-speech@1',
  ],
  [
    'an unknown input',
    (d: any) => (d.nodes.greet.in.sound = '$first.sound'),
    'nodes.greet.in.sound',
    "hear@1 has no input 'sound'; it has audio, hint, extra",
  ],
  [
    'a missing input',
    (d: any) => (d.nodes.greet.in = {}),
    'nodes.greet.in',
    "hear@1 needs an input 'audio': a file of type audio/*",
  ],
  [
    'an input of the wrong type',
    (d: any) => (d.nodes.greet.in.audio = '$first.seconds'),
    'nodes.greet.in.audio',
    "expected a file of type audio/*, but it is a number (input 'audio' of hear@1)",
  ],
  [
    'an unknown param',
    (d: any) => (d.nodes.greet.params.tongue = 'en'),
    'nodes.greet.params.tongue',
    "hear@1 has no param 'tongue'; it has language, best",
  ],
  [
    'a missing param',
    (d: any) => delete d.nodes.greet.params.best,
    'nodes.greet.params',
    "hear@1 needs a param 'best': a number",
  ],
  [
    'a param of the wrong type',
    (d: any) => (d.nodes.greet.params.language = '$params.wanted'),
    'nodes.greet.params.language',
    "expected text, but it is true or false (param 'language' of hear@1)",
  ],
  [
    'a param that the schema refuses',
    (d: any) => (d.nodes.greet.params.best = 0),
    'nodes.greet.params.best',
    "best: must be >= 1. (param 'best' of hear@1)",
  ],
  [
    'a param that a stage inside refuses',
    (d: any) => (d.nodes.greet.params.language = 'english'),
    'nodes.greet.pipeline.nodes.lines.nodes.said.params.language',
    'speech.hear@1 does not accept "english" as \'language\'',
  ],
  [
    'an unknown output',
    (d: any) => (d.output['lines?'] = '$greet.words'),
    'output.lines?',
    "$greet has no 'words'; it has lines, parts, told",
  ],
  [
    'a node inside it',
    (d: any) => (d.output['lines?'] = '$greet.split.segments'),
    'output.lines?',
    "$greet has no 'split'; it has lines, parts, told",
  ],
  [
    'what a pipeline has no use for',
    (d: any) => (d.nodes.greet.onError = 'skip'),
    'nodes.greet',
    'Unrecognized key: "onError"',
  ],
  [
    'a condition on its own output',
    (d: any) => (d.nodes.greet.when = '$greet.lines'),
    'nodes.greet.pipeline.nodes.lines',
    'nodes wait for each other: greet.lines -> greet.lines',
  ],
  [
    'its own output as its input',
    (d: any) => (d.nodes.greet.in.hint = '$greet.told.hint'),
    'nodes.greet',
    'nodes wait for each other: greet -> greet',
  ],
])('%s is named with its place', (_what, change, path, message) => {
  expect(faultsOf(changed(change), pipelines)).toContainEqual({ path, message });
});

test('a pipeline cannot be a part of itself, however far around', () => {
  const itself = changed((d) => (d.nodes.greet = { pipeline: 'outer@1', in: {} }));
  expect(faultsOf(itself, pipelines)).toContainEqual({
    path: 'nodes.greet.pipeline',
    message: 'a pipeline cannot be a part of itself: outer@1 -> outer@1',
  });
  const back = { ...twice, nodes: { ...twice.nodes, inner: { pipeline: 'outer@1', in: {} } }, output: {} };
  const around = changed((d) => (d.nodes.greet = { pipeline: 'twice@2', in: { audio: '$first.sound' } }));
  expect(faultsOf(around, published(hear, back))).toContainEqual({
    path: 'nodes.greet.pipeline.nodes.inner.pipeline',
    message: 'a pipeline cannot be a part of itself: outer@1 -> twice@2 -> outer@1',
  });
});

test('pipelines stand in pipelines at most four deep', () => {
  const chain = [1, 2, 3, 4, 5].map((version) => ({
    ...{ name: 'chain', version, input: {}, output: {} },
    nodes: {
      one:
        version === 5 ? { stage: 'media.cut@1', in: { audio: null } } : { pipeline: `chain@${version + 1}` },
    },
  }));
  const using = (version: number) =>
    changed((d) => Object.assign(d, { nodes: { top: { pipeline: `chain@${version}` } }, output: {} }));
  const nodes = compile(using(2), catalogue, published(...chain)).nodes;
  expect(nodes.map(({ id }) => id)).toEqual(['top.one.one.one.one']);
  expect(faultsOf(using(1), published(...chain))).toContainEqual({
    path: 'nodes.top.pipeline.nodes.one.pipeline.nodes.one.pipeline.nodes.one.pipeline.nodes.one.pipeline',
    message: 'pipelines stand in pipelines at most 4 deep',
  });
});

test('64 nodes are the limit, those of pipelines put in counted', () => {
  const eight = {
    ...{ name: 'eight', version: 1, input: {}, output: {} },
    nodes: Object.fromEntries(
      Array.from({ length: 8 }, (_, i) => [`n${i}`, { stage: 'media.cut@1', in: { audio: null } }]),
    ),
  };
  const using = (times: number, more: object = {}) => ({
    ...{ name: 'many', version: 1, input: {}, output: {} },
    nodes: {
      ...Object.fromEntries(Array.from({ length: times }, (_, i) => [`p${i}`, { pipeline: 'eight@1' }])),
      ...more,
    },
  });
  expect(compile(using(8), catalogue, published(eight)).nodes).toHaveLength(64);
  const faults = faultsOf(using(8, { one: { stage: 'media.cut@1', in: { audio: null } } }), published(eight));
  expect(faults).toEqual([
    { path: 'nodes', message: 'a pipeline has at most 64 nodes, with those of pipelines put in' },
  ]);
  // What would be millions of nodes is refused as fast.
  const wide = [1, 2, 3].map((version) => ({
    ...using(60),
    ...{ name: 'wide', version },
    nodes: Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [
        `p${i}`,
        { pipeline: version === 1 ? 'eight@1' : `wide@${version - 1}` },
      ]),
    ),
  }));
  const top = { ...using(0), nodes: { top: { pipeline: 'wide@3' } } };
  expect(faultsOf(top, published(eight, ...wide))).toHaveLength(1);
});
