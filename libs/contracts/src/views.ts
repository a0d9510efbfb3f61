import { z } from 'zod';
import { PipelineDocument } from './pipeline-document.ts';

/** JSON Schema, draft 2020-12. */
export const JsonSchema = z.record(z.string(), z.unknown()).meta({
  id: 'JsonSchema',
  description: 'JSON Schema 2020-12; a file is an Artifact with its x-media-type',
});

export const StageView = z
  .object({
    name: z.string(),
    version: z.number().int(),
    pool: z.string().describe('The kind of worker that runs it'),
    summary: z.string(),
    input: JsonSchema,
    params: JsonSchema,
    output: JsonSchema,
    needs: z.array(z.string()).describe('Capabilities, e.g. SpeechRecogniser'),
    engines: z
      .record(z.string(), z.array(z.string()))
      .describe(
        'Of each capability, what serves it: a worker takes the first that it has. INTERMODAL_ENGINES of a worker may say otherwise',
      ),
  })
  .meta({ id: 'Stage' });
export type StageView = z.infer<typeof StageView>;

export const StageList = z.object({ stages: z.array(StageView) }).meta({ id: 'StageList' });
export type StageList = z.infer<typeof StageList>;

export const PipelineSummary = z
  .object({ name: z.string(), version: z.number().int(), summary: z.string() })
  .meta({ id: 'PipelineSummary' });
export type PipelineSummary = z.infer<typeof PipelineSummary>;

export const PipelineList = z
  .object({ pipelines: z.array(PipelineSummary) })
  .meta({ id: 'PipelineList', description: 'The latest version of each' });
export type PipelineList = z.infer<typeof PipelineList>;

export const PipelineView = z
  .object({
    ...PipelineSummary.shape,
    versions: z.array(z.number().int()).describe('All versions that can be run'),
    input: JsonSchema,
    params: JsonSchema,
    document: PipelineDocument,
  })
  .meta({ id: 'Pipeline' });
export type PipelineView = z.infer<typeof PipelineView>;

export const ValidationFault = z
  .object({ path: z.string().describe('e.g. nodes.heard.in.audio'), message: z.string() })
  .meta({ id: 'ValidationFault' });
export type ValidationFault = z.infer<typeof ValidationFault>;

export const Validation = z
  .object({ valid: z.boolean(), errors: z.array(ValidationFault) })
  .meta({ id: 'Validation' });
export type Validation = z.infer<typeof Validation>;

const Check = z.object({ ok: z.boolean(), problem: z.string().optional() });
export const Health = z
  .object({
    status: z
      .enum(['ready', 'degraded', 'unavailable'])
      .describe('degraded: jobs are accepted and kept, but what is degraded slows or stops them'),
    checks: z.object({ records: Check, queue: Check, store: Check }),
  })
  .meta({ id: 'Health' });
export type Health = z.infer<typeof Health>;

/** It asks nobody: what it needs is not open yet, or is about to be closed. */
export const NotServing = z.object({ status: z.enum(['starting', 'draining']) }).meta({ id: 'NotServing' });
export type NotServing = z.infer<typeof NotServing>;

export const Alive = z.object({ status: z.literal('alive') });
