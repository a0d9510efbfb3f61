import type { PipelineDocument, PipelineSummary, PipelineView } from '@intermodal/contracts';
import type { Plan } from '@intermodal/pipeline';

export const summaryOf = (document: PipelineDocument): PipelineSummary => ({
  name: document.name,
  version: document.version,
  summary: document.summary ?? '',
});

export const viewOf = (plan: Pick<Plan, 'document'>, versions: readonly number[]): PipelineView => ({
  ...summaryOf(plan.document),
  versions: [...versions],
  input: inputSchema(plan),
  params: plan.document.params ?? { type: 'object', properties: {} },
  document: plan.document,
});

/** What `input` of a submission may hold, as JSON Schema. */
function inputSchema({ document }: Pick<Plan, 'document'>): Record<string, unknown> {
  const required: string[] = [];
  const properties: Record<string, unknown> = {};
  for (const [name, port] of Object.entries(document.input)) {
    const { media, optional, summary, ...schema } = port as {
      media?: string;
      optional?: boolean;
      summary?: string;
      default?: unknown;
    };
    if (!optional && schema.default === undefined) required.push(name);
    properties[name] =
      media === undefined
        ? { ...(summary && { description: summary }), ...schema }
        : mediaPort(media, summary);
  }
  return { type: 'object', properties, required, additionalProperties: false };
}

const mediaPort = (media: string, summary: string | undefined) => ({
  type: 'object',
  description: summary ?? `A file of type ${media}`,
  'x-media-type': media,
  oneOf: [
    { required: ['artifact'], properties: { artifact: { type: 'string', pattern: '^art_' } } },
    {
      required: ['base64', 'mediaType'],
      properties: {
        base64: { type: 'string', contentEncoding: 'base64' },
        mediaType: { type: 'string' },
        name: { type: 'string' },
      },
    },
  ],
});
