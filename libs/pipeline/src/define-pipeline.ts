import type { PipelineDocument } from '@intermodal/contracts';
import type { z } from 'zod';

/** For `*.pipeline.ts` files: the document as it is, with the compiler looking over its shape. */
export const definePipeline = (
  document: z.input<typeof PipelineDocument>,
): z.input<typeof PipelineDocument> => document;
