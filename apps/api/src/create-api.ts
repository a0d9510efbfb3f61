import 'reflect-metadata';
import type { Metrics } from '@intermodal/pipeline';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ArtifactsController } from './artifacts/artifacts.controller.ts';
import { LineageController } from './artifacts/lineage.controller.ts';
import { DirectUploads } from './artifacts/direct-uploads.ts';
import { UploadsController } from './artifacts/uploads.controller.ts';
import { Uploads } from './artifacts/uploads.ts';
import { AuditTrail } from './audit/audit-trail.ts';
import { AuditController } from './audit/audit.controller.ts';
import { BatchReader } from './batches/batch-reader.ts';
import { BatchRowCheck } from './batches/batch-row-check.ts';
import { BatchSubmissions } from './batches/batch-submissions.ts';
import { BatchViews } from './batches/batch-views.ts';
import { BatchesController } from './batches/batches.controller.ts';
import { Ingester } from './batches/ingester.ts';
import { BatchStream } from './events/batch-stream.ts';
import { EventsController } from './events/events.controller.ts';
import { JobStream } from './events/job-stream.ts';
import { News } from './events/news.ts';
import { OpenStreams } from './events/open-streams.ts';
import { HealthController } from './health/health.controller.ts';
import { DocumentationController } from './http/documentation.controller.ts';
import { makeFastify, type RouteListener } from './http/fastify.ts';
import { KeyGuard } from './http/key.guard.ts';
import { RequestRate } from './http/request-rate.ts';
import { ProblemFilter } from './http/problem.filter.ts';
import { AttendedJobs } from './jobs/attended-jobs.ts';
import { Dispatch } from './jobs/dispatch.ts';
import { FormReader } from './jobs/form-reader.ts';
import { JobForm } from './jobs/job-form.ts';
import { JobViews } from './jobs/job-views.ts';
import { JobWaiter } from './jobs/job-waiter.ts';
import { JobsController } from './jobs/jobs.controller.ts';
import { MediaInput } from './jobs/media-input.ts';
import { Retries } from './jobs/retries.ts';
import { Submissions } from './jobs/submissions.ts';
import { McpTools } from './mcp/mcp-tools.ts';
import { McpController } from './mcp/mcp.controller.ts';
import { AudioController } from './openai/audio.controller.ts';
import { OpenAiBatchesController } from './openai/batches.controller.ts';
import { OpenAiFilesController } from './openai/files.controller.ts';
import { ChatController } from './openai/chat.controller.ts';
import { EmbeddingsController } from './openai/embeddings.controller.ts';
import { OpenAiModelsController } from './openai/models.controller.ts';
import { OpenAiJobs } from './openai/openai-jobs.ts';
import { KeyRing } from './keys/key-ring.ts';
import { KeysController } from './keys/keys.controller.ts';
import * as parts from './parts.ts';
import { Pipelines } from './pipelines/pipelines.ts';
import { PipelinesController } from './pipelines/pipelines.controller.ts';
import { PoolsController } from './pools/pools.controller.ts';
import { StagesController } from './stages/stages.controller.ts';
import { Quotas } from './tenants/quotas.ts';
import { TenantChoice } from './tenants/tenant-choice.ts';
import { TenantsController } from './tenants/tenants.controller.ts';
import { UsageController } from './usage/usage.controller.ts';
import { Endpoints } from './webhooks/endpoints.ts';
import { WebhooksController } from './webhooks/webhooks.controller.ts';
import { Webhooks } from './webhooks/webhooks.ts';

/** The API over its parts; it opens nothing itself, and listens when it is told to. */
export async function createApi(
  given: parts.ApiParts & { readonly onRoute?: RouteListener; readonly metrics?: Metrics },
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(apiModule(given), makeFastify(given), {
    // Bodies stay streams: an uploaded JSON file is a file.
    bodyParser: false,
    logger: false,
    abortOnError: false,
  });
  app.useGlobalFilters(new ProblemFilter(given.log));
  await app.init();
  return app;
}

@Module({})
class ApiModule {}

function apiModule(given: parts.ApiParts): DynamicModule {
  const value = (provide: symbol, useValue: unknown): Provider => ({ provide, useValue });
  return {
    module: ApiModule,
    controllers: [
      JobsController,
      BatchesController,
      WebhooksController,
      EventsController,
      ArtifactsController,
      LineageController,
      UploadsController,
      PipelinesController,
      StagesController,
      PoolsController,
      McpController,
      AudioController,
      ChatController,
      OpenAiFilesController,
      OpenAiBatchesController,
      EmbeddingsController,
      OpenAiModelsController,
      KeysController,
      TenantsController,
      UsageController,
      AuditController,
      HealthController,
      DocumentationController,
    ],
    providers: [
      value(parts.JOBS, given.jobs),
      value(parts.TASKS, given.tasks),
      value(parts.BATCHES, given.batches),
      value(parts.INGESTIONS, given.ingestions),
      value(parts.EVENTS, given.events),
      value(parts.WEBHOOKS, given.webhooks),
      value(parts.ADDRESS_FAULT, given.addressFault),
      value(parts.ARTIFACTS, given.artifacts),
      value(parts.UPLOADS, given.uploads),
      value(parts.KEYS, given.keys),
      value(parts.TENANTS, given.tenants),
      value(parts.USAGE, given.usage),
      value(parts.POOLS, given.pools),
      value(parts.AUDIT, given.audit),
      value(parts.LIMITER, given.limiter),
      value(parts.QUEUE, given.queue),
      value(parts.STORE, given.store),
      value(parts.CATALOGUE, given.catalogue),
      value(parts.SHELF, given.shelf),
      value(parts.PIPELINES, given.pipelines),
      value(parts.READINESS, given.readiness),
      value(parts.LIMITS, given.limits),
      value(parts.VERSION, given.version),
      value(parts.TRACING, given.tracing),
      value(parts.LOG, given.log),
      { provide: APP_GUARD, useClass: KeyGuard },
      KeyRing,
      RequestRate,
      TenantChoice,
      Quotas,
      AuditTrail,
      Uploads,
      DirectUploads,
      MediaInput,
      FormReader,
      JobForm,
      News,
      OpenStreams,
      JobStream,
      BatchStream,
      JobWaiter,
      AttendedJobs,
      OpenAiJobs,
      McpTools,
      JobViews,
      Dispatch,
      Retries,
      Submissions,
      Pipelines,
      BatchReader,
      BatchRowCheck,
      BatchSubmissions,
      Ingester,
      BatchViews,
      Webhooks,
      Endpoints,
    ],
  };
}
