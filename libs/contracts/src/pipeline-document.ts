import { z } from 'zod';
import { chosen, isObject } from './chosen-schema.ts';
import { Condition } from './condition.ts';

const Name = z
  .string()
  .regex(/^[a-zA-Z][a-zA-Z0-9]{0,63}$/, 'names are letters and digits, beginning with a letter');
/** A reference `$node.port`, a literal, or an object or array of such. A literal that begins with `$` is written `$$`. */
const Expression = z.json();
type Json = z.core.util.JSONType;

const NameAtVersion = /^[a-z][a-z0-9-]{0,63}@[1-9][0-9]*$/;

const OnError = z
  .enum(['fail', 'skip', 'default'])
  .describe(
    'fail: the scope around it ends. skip: the outputs are null. default: they are what `default` holds. In the last two the job says so in its warnings',
  );

// What a stage and an each have in common. Nothing of it has a default here: a document that was published before these
// fields existed must keep its hash.
const gate = { when: Condition.optional() };

export const StageNode = z.strictObject({
  stage: z
    .string()
    .regex(
      /^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+@[1-9][0-9]*$/,
      'expected stage@version, e.g. speech.transcribe@1',
    ),
  in: z.record(Name, Expression).default({}),
  params: z.record(z.string(), Expression).default({}),
  ...gate,
  onError: OnError.default('fail'),
  default: z.record(Name, z.json()).optional().describe('Literals by output port; null where left out'),
  timeoutMs: z.number().int().positive().max(1_800_000).optional(),
  attempts: z.number().int().min(1).max(10).optional(),
});
export type StageNode = z.infer<typeof StageNode>;

/** The nodes of a published pipeline in place of this one. They are put in when the document is compiled. */
export const PipelineUse = z.strictObject({
  pipeline: z.string().regex(NameAtVersion, 'expected pipeline@version, e.g. speech-to-speech@1'),
  in: z.record(Name, Expression).default({}),
  params: z.record(z.string(), Expression).default({}),
  ...gate,
});
export type PipelineUse = z.infer<typeof PipelineUse>;

/** When an each has succeeded: all of its items are good, one is, so many are, or all are final. */
export const Join = z.union(
  [
    z.enum(['all', 'any', 'always']),
    z.strictObject({ quorum: z.number().int().min(1, 'a quorum is a whole number from 1') }),
  ],
  'expected all, any, always or {quorum: k}, k being a whole number from 1',
);
export type Join = z.infer<typeof Join>;

export interface EachNode {
  each: string | Json[];
  as: string;
  nodes: Record<string, PipelineNode>;
  collect: Record<string, Json>;
  join?: Join | undefined;
  when?: Condition | undefined;
  onError?: 'fail' | 'skip' | 'default' | undefined;
  default?: Json | undefined;
}
export type PipelineNode = StageNode | EachNode | PipelineUse;

const WALKS = 'each takes a reference to a list, e.g. $speech.segments, or a list';

export const EachNode: z.ZodType<EachNode> = z.lazy(() =>
  z.strictObject({
    each: z.union([z.string().startsWith('$', WALKS), z.array(Expression)], WALKS),
    as: Name,
    nodes: z.record(Name, PipelineNode),
    collect: z.record(Name, Expression),
    join: Join.optional(),
    ...gate,
    onError: OnError.optional(),
    default: z.json().optional().describe('What stands in place of the list'),
  }),
) as z.ZodType<EachNode>;

export const PipelineNode: z.ZodType<PipelineNode> = chosen((node): z.ZodType<PipelineNode> => {
  if (isObject(node) && 'each' in node) return EachNode;
  return isObject(node) && 'pipeline' in node ? PipelineUse : StageNode;
});

export const MediaPort = z.strictObject({
  media: z.string().regex(/^[a-z*]+\/[a-z0-9.+*-]+$/, 'expected a media type, e.g. audio/*'),
  optional: z.boolean().default(false),
  summary: z.string().optional(),
});
export const JsonPort = z.looseObject({ optional: z.boolean().default(false) });

export const PipelineDocument = z
  .strictObject({
    name: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'expected lower-case words joined by hyphens'),
    version: z.number().int().positive(),
    summary: z.string().max(500).optional(),
    input: z
      .record(Name, z.looseObject({}))
      .describe('Ports: {media: "audio/*"} or a JSON Schema; optional: true to allow absence'),
    params: z.looseObject({}).optional().describe('One JSON Schema of type object'),
    nodes: z.record(Name, PipelineNode),
    output: z
      .record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9]*\??$/), Expression)
      .describe('A name ending in ? may be null'),
  })
  .meta({ id: 'PipelineDocument' });
export type PipelineDocument = z.infer<typeof PipelineDocument>;
