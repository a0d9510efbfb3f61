import { PipelineDocument } from '@intermodal/contracts';
import { catalogueOf, defineStage, pipelinesOf } from '@intermodal/pipeline';
import fc from 'fast-check';
import { z } from 'zod';

type Document = z.input<typeof PipelineDocument>;
type Nodes = Document['nodes'];
type Json = z.core.util.JSONType;

const item = z.object({ v: z.number(), list: z.array(z.json()).nullable() });

/** A stage that takes anything and is never run: tests say what comes out. */
export const toyStages = catalogueOf([
  defineStage({
    name: 'toy.make',
    version: 1,
    pool: 'text',
    summary: 'Takes a required and an optional value, gives a value and a list.',
    input: z.object({ a: z.json().refine((value) => value !== null), b: z.json().optional() }),
    params: z.object({ p: z.json().optional() }),
    output: z.object({ value: z.json(), list: z.array(item).nullable() }),
    async run() {
      throw new Error('a toy stage is never run');
    },
  }),
]);

/** Pipelines that documents may refer to: one of two nodes, and one that holds it and an each. */
export const toyPipelines = pipelinesOf(
  [
    {
      name: 'toy-pair',
      version: 1,
      input: { x: {}, y: { optional: true } },
      params: { type: 'object', properties: { p: { default: 'preset' } } },
      nodes: {
        one: { stage: 'toy.make@1', in: { a: '$input.x', b: '$input.y' }, onError: 'skip' },
        two: { stage: 'toy.make@1', in: { a: '$one.value' }, params: { p: '$params.p' } },
      },
      output: { value: '$two.value', 'list?': '$one.list' },
    },
    {
      name: 'toy-pairs',
      version: 1,
      input: { list: { type: 'array' }, x: {} },
      nodes: {
        first: { pipeline: 'toy-pair@1', in: { x: '$input.x' } },
        each: {
          each: '$input.list',
          as: 'it',
          join: 'always',
          nodes: { pair: { pipeline: 'toy-pair@1', in: { x: '$it.v', y: '$input.x' }, when: '$it.v' } },
          collect: { v: '$pair.value', list: null },
        },
      },
      output: { value: '$first.value', 'list?': '$each' },
    },
  ].map((document) => PipelineDocument.parse(document)),
);

interface Visible {
  readonly values: readonly string[];
  readonly lists: readonly string[];
}

/**
 * Documents of up to three levels, with references to siblings, outer nodes, items, inputs and params, with every join,
 * condition and way to go on after a failure, and with pipelines put in.
 */
export const randomPipeline: fc.Arbitrary<Document> = fc.noShrink(
  fc.infiniteStream(fc.nat(1_000_000)).map((stream) => {
    const next = (limit: number): number => (stream.next().value as number) % limit;
    const pick = <Item>(from: readonly Item[]): Item => from[next(from.length)]!;
    let names = 0;

    const condition = (visible: Visible, depth = 0): Json => {
      const inner = () => condition(visible, depth + 1);
      const value = (): Json => (next(2) ? pick(visible.values) : pick([0, 1, 2, 40, null, 'q', false, '']));
      // Lists are refused where a number belongs.
      const number = () => pick(visible.values.filter((reference) => reference.includes('.')));
      const kinds: (() => Json)[] = [
        () => pick([...visible.values, ...visible.lists]),
        () => ({ equals: [pick(visible.values), value()] }),
        () => ({ in: [value(), next(2) ? pick(visible.lists) : [value(), value()]] }),
        () => ({ less: [number(), pick([2, 50])] }),
        () => ({ greater: [number(), next(2) ? number() : 5] }),
        () => ({ not: inner() }),
        () => ({ all: [inner(), inner()] }),
        () => ({ any: [inner(), inner()] }),
      ];
      return kinds[next(depth < 2 ? kinds.length : 5)]!();
    };
    const gate = (visible: Visible): Record<string, Json> =>
      next(4) === 0 ? { when: condition(visible) } : {};
    const onError = (fallbacks: readonly Json[]): Record<string, Json> =>
      pick<Record<string, Json>>([
        {},
        { onError: 'fail' },
        { onError: 'skip' },
        { onError: 'skip' },
        { onError: 'default', default: pick(fallbacks) },
      ]);

    const stage = (visible: Visible): Record<string, Json> => ({
      stage: 'toy.make@1',
      in: { a: pick(visible.values), ...(next(2) ? { b: pick(visible.values) } : {}) },
      params: next(3) === 0 ? { p: { deep: [pick(visible.values), '$$x'] } } : {},
      ...gate(visible),
      ...onError([
        {},
        { value: 5 },
        {
          value: '$$',
          list: [
            { v: 6, list: null },
            { v: 7, list: [] },
          ],
        },
      ]),
    });
    const putIn = (visible: Visible): Record<string, Json> =>
      next(2)
        ? { pipeline: 'toy-pair@1', in: { x: pick(visible.values) }, params: { p: pick(visible.values) } }
        : { pipeline: 'toy-pairs@1', in: { x: pick(visible.values), list: pick(visible.lists) } };
    const each = (visible: Visible, depth: number): Record<string, Json> => {
      const as = `i${names++}`;
      const inner = scope(
        { values: [...visible.values, `$${as}.v`], lists: [...visible.lists, `$${as}.list`] },
        depth + 1,
      );
      // Small quorums: lists have up to three items, and some quorums shall be met.
      const join = pick<Json>(['all', 'any', 'always', { quorum: 1 + next(3) }]);
      const list = next(6) === 0 ? [pick(visible.values), { v: 1, list: null }, 7] : pick(visible.lists);
      return {
        ...{ each: list, as, nodes: inner.nodes as unknown as Json },
        collect: { x: pick(inner.visible.values), y: pick(inner.visible.values), k: 'literal' },
        ...(next(6) === 0 ? {} : { join }),
        ...gate(visible),
        ...onError([[], null, 'nothing', [{ v: 8, list: null }]]),
      };
    };

    const scope = (outer: Visible, depth: number): { nodes: Nodes; visible: Visible } => {
      const nodes: Record<string, Json> = {};
      let visible = outer;
      for (let i = 0, count = 1 + next(depth === 0 ? 4 : 3); i < count; i++) {
        const name = `n${names++}`;
        if (depth < 2 && next(5) < 2) {
          nodes[name] = each(visible, depth);
          visible = { values: [...visible.values, `$${name}`], lists: visible.lists };
          continue;
        }
        nodes[name] = next(6) === 0 ? { ...putIn(visible), ...gate(visible) } : stage(visible);
        visible = {
          values: [...visible.values, `$${name}.value`],
          lists: [...visible.lists, `$${name}.list`],
        };
      }
      return { nodes: nodes as Nodes, visible };
    };

    const top = scope({ values: ['$input.x', '$params.q'], lists: ['$input.list'] }, 0);
    const output: Record<string, string> = { last: top.visible.values.at(-1)! };
    if (next(2)) output['some?'] = pick(top.visible.values);
    return {
      name: 'random',
      version: 1,
      input: { x: {}, list: { type: 'array' } },
      params: { type: 'object', properties: { q: {} } },
      nodes: Object.fromEntries(shuffle(Object.entries(top.nodes), next)),
      output,
    };
  }),
);

/** A document's order must not matter for what it means. */
function shuffle<Item>(items: Item[], next: (limit: number) => number): Item[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = next(i + 1);
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
  return items;
}
