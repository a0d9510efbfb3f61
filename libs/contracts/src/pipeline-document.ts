import { z } from 'zod';

const Name = z
  .string()
  .regex(/^[a-zA-Z][a-zA-Z0-9]{0,63}$/, 'names are letters and digits, beginning with a letter');
/** A reference `$node.port`, a literal, or an object or array of such. A literal that begins with `$` is written `$$`. */
const Expression = z.json();

export const StageNode = z.strictObject({
  stage: z
    .string()
    .regex(
      /^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+@[1-9][0-9]*$/,
      'expected stage@version, e.g. speech.transcribe@1',
    ),
  in: z.record(Name, Expression).default({}),
  params: z.record(z.string(), Expression).default({}),
  onError: z
    .enum(['fail', 'skip'])
    .default('fail')
    .describe('fail: the job fails at once. skip: the outputs are null and the job says so in its warnings'),
  timeoutMs: z.number().int().positive().max(1_800_000).optional(),
  attempts: z.number().int().min(1).max(10).optional(),
});
export type StageNode = z.infer<typeof StageNode>;

export interface EachNode {
  each: string;
  as: string;
  nodes: Record<string, PipelineNode>;
  collect: Record<string, z.core.util.JSONType>;
}
export type PipelineNode = StageNode | EachNode;

export const EachNode: z.ZodType<EachNode> = z.lazy(() =>
  z.strictObject({
    each: z.string().startsWith('$', 'each takes a reference to a list, e.g. $speech.segments'),
    as: Name,
    nodes: z.record(Name, PipelineNode),
    collect: z.record(Name, Expression),
  }),
) as z.ZodType<EachNode>;

export const PipelineNode: z.ZodType<PipelineNode> = z.lazy(() =>
  z.any().transform((node, context): PipelineNode => {
    // Choosing by key, instead of a union, keeps the messages about the one that was meant.
    const schema = node !== null && typeof node === 'object' && 'each' in node ? EachNode : StageNode;
    const parsed = schema.safeParse(node);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues)
      context.addIssue({ code: 'custom', message: issue.message, path: issue.path });
    return z.NEVER;
  }),
) as unknown as z.ZodType<PipelineNode>;

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
