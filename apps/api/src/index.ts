export { createApi } from './create-api.ts';
export { leave } from './http/leave.ts';
export type { ApiLimits, ApiParts } from './parts.ts';
export { PipelineShelf } from './pipelines/pipeline-shelf.ts';
export { BACKLOG_PATH, backlogRoute } from './pools/backlog-route.ts';
