import type { z } from 'zod';
import { artifactRoutes } from './routes/artifacts.routes.ts';
import { auditRoutes } from './routes/audit.routes.ts';
import { batchRoutes } from './routes/batches.routes.ts';
import { healthRoutes } from './routes/health.routes.ts';
import { jobRoutes } from './routes/jobs.routes.ts';
import { mcpRoutes } from './routes/mcp.routes.ts';
import { openAiRoutes } from './routes/openai.routes.ts';
import { keyRoutes } from './routes/keys.routes.ts';
import { poolRoutes } from './routes/pools.routes.ts';
import { pipelineRoutes } from './routes/pipelines.routes.ts';
import type { Route } from './routes/route.ts';
import { tenantRoutes } from './routes/tenants.routes.ts';
import { usageRoutes } from './routes/usage.routes.ts';
import { uploadRoutes } from './routes/uploads.routes.ts';
import { webhookRoutes } from './routes/webhooks.routes.ts';

/** Everything that can be asked of the API, by the name of the operation. */
export const ROUTES = {
  ...jobRoutes,
  ...batchRoutes,
  ...webhookRoutes,
  ...artifactRoutes,
  ...uploadRoutes,
  ...pipelineRoutes,
  ...poolRoutes,
  ...openAiRoutes,
  ...mcpRoutes,
  ...keyRoutes,
  ...tenantRoutes,
  ...usageRoutes,
  ...auditRoutes,
  ...healthRoutes,
} as const satisfies Record<string, Route>;

export type Routes = typeof ROUTES;
export type RouteName = keyof Routes;
export { MAX_WAIT_SECONDS } from './routes/jobs.routes.ts';
export { MAX_USAGE_DAYS } from './routes/usage.routes.ts';
export type { Answer, Content, Route } from './routes/route.ts';
export { webhookExamples } from './routes/webhooks.routes.ts';

type SchemaIn<Carrier> = Carrier extends {
  content: { 'application/json': { schema: infer Schema extends z.ZodType } };
}
  ? z.output<Schema>
  : never;
type Answers<Name extends RouteName> = Routes[Name]['answers'];

/** The JSON that a route answers when all went well. */
export type AnswerOf<Name extends RouteName> = SchemaIn<Answers<Name>[keyof Answers<Name>]>;

/** A JSON body as a caller gives it. */
export type BodyOf<Name extends RouteName> = Routes[Name] extends {
  body: { 'application/json': { schema: infer Schema extends z.ZodType } };
}
  ? z.input<Schema>
  : never;

/** A route's query as a caller gives it. */
export type QueryOf<Name extends RouteName> = Routes[Name] extends {
  query: infer Schema extends z.ZodType;
}
  ? z.input<Schema>
  : Record<never, never>;

/** A route's query as the server sees it, checked and defaulted. */
export type ParsedQueryOf<Name extends RouteName> = Routes[Name] extends {
  query: infer Schema extends z.ZodType;
}
  ? z.output<Schema>
  : Record<never, never>;
