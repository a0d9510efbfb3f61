import type { SpanOptions } from './tracing.ts';

/**
 * What the spans of a job are children of: the span that submitted it, when that was traced. Otherwise (rows of a batch, an API that traces
 * nothing) they are roots of one trace, whose id is the job's UUID: everybody who runs a task of it finds the same one.
 */
export const parentOfJob = (trace: string | null, jobId: string): NonNullable<SpanOptions['parent']> =>
  trace ?? { traceId: jobId.replaceAll('-', '') };
