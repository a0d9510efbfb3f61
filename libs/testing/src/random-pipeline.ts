import type { PipelineDocument } from '@intermodal/contracts';
import { catalogueOf, defineStage } from '@intermodal/pipeline';
import fc from 'fast-check';
import { z } from 'zod';

type Document = z.input<typeof PipelineDocument>;
type Nodes = Document['nodes'];

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

interface Visible {
  readonly values: readonly string[];
  readonly lists: readonly string[];
}

/** Documents of up to three levels, with references to siblings, outer nodes, items, inputs and params. */
export const randomPipeline: fc.Arbitrary<Document> = fc.noShrink(
  fc.infiniteStream(fc.nat(1_000_000)).map((stream) => {
    const next = (limit: number): number => (stream.next().value as number) % limit;
    const pick = (from: readonly string[]): string => from[next(from.length)]!;
    let names = 0;

    const scope = (outer: Visible, depth: number): { nodes: Nodes; visible: Visible } => {
      const nodes: Nodes = {};
      let visible = outer;
      for (let i = 0, count = 1 + next(depth === 0 ? 4 : 3); i < count; i++) {
        const name = `n${names++}`;
        if (depth < 2 && visible.lists.length > 0 && next(3) === 0) {
          const as = `i${names++}`;
          const inner = scope(
            { values: [...visible.values, `$${as}.v`], lists: [...visible.lists, `$${as}.list`] },
            depth + 1,
          );
          const collect = { x: pick(inner.visible.values), y: pick(inner.visible.values), k: 'literal' };
          nodes[name] = { each: pick(visible.lists), as, nodes: inner.nodes, collect } as Nodes[string];
          visible = { values: [...visible.values, `$${name}`], lists: visible.lists };
        } else {
          nodes[name] = {
            stage: 'toy.make@1',
            in: { a: pick(visible.values), ...(next(2) ? { b: pick(visible.values) } : {}) },
            params: next(3) === 0 ? { p: { deep: [pick(visible.values), '$$x'] } } : {},
            onError: next(2) ? 'skip' : 'fail',
          } as Nodes[string];
          visible = {
            values: [...visible.values, `$${name}.value`],
            lists: [...visible.lists, `$${name}.list`],
          };
        }
      }
      return { nodes, visible };
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
