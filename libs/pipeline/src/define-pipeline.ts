import type { PipelineDocument } from '@intermodal/contracts';
import type { z } from 'zod';

/** A pipeline as its author writes it: the plain document, before defaults. */
export type PipelineSource = z.input<typeof PipelineDocument>;

/** Types a shipped pipeline. It stays the plain value that a user could post. */
export const definePipeline = <const Source extends PipelineSource>(source: Source): Source => source;
