import { expect, test } from 'vitest';
import { file } from '@intermodal/contracts';
import { z } from 'zod';
import { catalogue, document } from './compile/hear-all.testing.ts';
import { compile } from './compile/compile.ts';
import { defineStage } from './stage.ts';
import type { PlanEachNode, PlanStageNode } from './plan.ts';
import { FETCH_STAGE, withFetches } from './with-fetches.ts';

const fetchStage = defineStage({
  ...{ name: 'media.fetch', version: 1, pool: 'media', summary: 'Fetches.' },
  input: z.object({ url: z.string() }),
  params: z.object({ accept: z.string(), called: z.string() }),
  output: z.object({ file: file('*/*') }),
  run: () => Promise.reject(new Error('not run')),
});
const stages = new Map([...catalogue, [FETCH_STAGE, fetchStage]]);

test('a node in front fetches, and who referred to the input waits for it', () => {
  const plan = compile(document, stages);
  const fetching = withFetches(plan, ['audio'], stages);
  const [front, ...rest] = fetching.nodes as [PlanStageNode];
  expect(front).toMatchObject({
    ...{ id: 'fetch-audio', scope: '', depth: 0, stage: FETCH_STAGE, pool: 'media', dependsOn: [] },
    input: { url: { input: ['audio', 'url'] } },
    params: { accept: { lit: 'audio/*' }, called: { lit: 'input.audio' } },
  });
  const split = rest.find(({ id }) => id === 'split') as unknown as PlanStageNode;
  expect(split.input.audio).toEqual({ node: 'fetch-audio', depth: 0, path: ['file'] });
  expect(split.dependsOn).toEqual(['fetch-audio', ...plan.nodes.find(({ id }) => id === 'split')!.dependsOn]);
  expect(front.dependents).toContain('split');
  expect(JSON.stringify(rest)).not.toContain('"input":["audio"]');
});

test('an each waits for what a node inside of it refers to; that node itself does not', () => {
  const inside = structuredClone(document) as any;
  inside.nodes.lines.nodes.again = { stage: 'speech.split@1', in: { audio: '$input.audio' } };
  const fetching = withFetches(compile(inside, stages), ['audio'], stages);
  const find = (id: string) => fetching.nodes.find((node) => node.id === id)!;
  expect((find('lines') as PlanEachNode).dependsOn).toContain('fetch-audio');
  const again = find('lines.again') as PlanStageNode;
  expect(again.dependsOn).toEqual([]);
  expect(again.input.audio).toEqual({ node: 'fetch-audio', depth: 0, path: ['file'] });
});

test('it has a hash of its own, the same for the same ports, and the document as it was written', () => {
  const plan = compile(document, stages);
  const before = JSON.stringify(plan);
  const once = withFetches(plan, ['audio'], stages);
  expect(once.sha256).not.toBe(plan.sha256);
  expect(withFetches(plan, ['audio'], stages).sha256).toBe(once.sha256);
  expect(once.document).toBe(plan.document);
  expect(JSON.stringify(plan)).toBe(before);
});

test('no node of a document can have its name', () => {
  const named = structuredClone(document) as any;
  named.nodes['fetch-audio'] = named.nodes.split;
  expect(() => compile(named, stages)).toThrow(/nodes\.fetch-audio/);
});
