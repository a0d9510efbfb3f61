import { expect, test } from 'vitest';
import type { PlanNode } from '../plan.ts';
import { readyPaths, settleTask, startJob } from '../reference/executor.ts';
import { compile } from './compile.ts';
import { catalogue } from './hear-all.testing.ts';
import { changed, hear, outer, pipelines, published, twice } from './put-in.testing.ts';

// `pipeline: name@version` in place of a stage.

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
