export { createApi } from './create-api.ts';
export type { ApiLimits, ApiParts } from './parts.ts';
export { PipelineShelf } from './pipelines/pipeline-shelf.ts';
