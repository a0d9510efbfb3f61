import { expect, test } from 'vitest';
import { compile } from './compile.ts';
import { catalogue, faultsOf } from './hear-all.testing.ts';
import { changed, hear, pipelines, published, twice } from './put-in.testing.ts';

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

test('a small document cannot stand for an enormous expression', () => {
  const hand = {
    ...{ name: 'hand', version: 1, input: { x: {} }, output: { x: '$input.x' } },
    nodes: { one: { stage: 'media.cut@1', in: { audio: null } } },
  };
  const uses = Array.from({ length: 60 }, (_, i) => {
    const given = i === 0 ? '$input.x' : `$p${i - 1}.x`;
    return [`p${i}`, { pipeline: 'hand@1', in: { x: [given, given] } }];
  });
  const doubled = {
    ...{ name: 'doubled', version: 1, input: { x: {} }, output: { x: '$p59.x' } },
    nodes: Object.fromEntries(uses) as object,
  };
  expect(faultsOf(doubled, published(hand))[0]).toEqual({
    path: 'nodes.p15.in.x',
    message: 'it is too large, with all that it refers to',
  });
});
