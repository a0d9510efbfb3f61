import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { artifactStoreFaults, openArtifactStore } from '@intermodal/artifacts';
import { ApiConfig, ConfigError, lookAtConfig } from '@intermodal/config';
import { compile, NO_METRICS, pipelinesOf } from '@intermodal/pipeline';
import { failStart, onStop, openStatus, packageVersion, startFaults } from '@intermodal/process';
import { openQueue, queueFaults } from '@intermodal/queue';
import { openLimiter } from '@intermodal/rate-limits';
import { openRecords, recordsFaults } from '@intermodal/records';
import { addressFault } from '@intermodal/outbound';
import { derivedSecrets, httpWebhookSender } from '@intermodal/webhooks';
import { loadShippedPipelines, loadShippedStages } from '@intermodal/stages';
import { countedStore, openLog, openMetrics, openTracing, type LogWriter } from '@intermodal/telemetry';
import { createApi } from './create-api.ts';
import { leave } from './http/leave.ts';
import { keptFor } from './metrics/kept-for.ts';
import { RECORD_GAUGES, recordReadings } from './metrics/record-readings.ts';
import { PipelineShelf } from './pipelines/pipeline-shelf.ts';
import { BACKLOG_PATH, backlogRoute } from './pools/backlog-route.ts';

/** Several Prometheus, or an impatient one, cost Postgres no more than one; and one that is away is heard of before they give up. */
const FIGURES = { keepMs: 5_000, busyMost: 1 / 20, withinMs: 4_000 };

async function main(): Promise<void> {
  const { config, faults } = lookAtConfig(ApiConfig, process.env, (path) => readFileSync(path, 'utf8'));
  const found = await startFaults(config, faults, {
    records: (url) => recordsFaults(url, { migrates: config.mode === 'local' }),
    // Jobs are accepted without it.
    queue: (url) => queueFaults(url, { needed: false }),
    store: artifactStoreFaults,
  });
  if (found.length > 0) throw new ConfigError('API', found);
  const version = packageVersion(import.meta.url);
  const writer: LogWriter = { service: 'intermodal-api', version };
  const log = openLog(config.logLevel, writer);
  const tracing = await openTracing(config.tracing, {
    resource: { 'service.name': writer.service, 'service.version': version },
    onTrouble: (message) => log.warn({ err: message }, 'spans could not be sent'),
  });
  const status = await openStatus(config, { ...writer }, log);
  // Nobody asks where there is no port.
  const metrics = config.health && openMetrics({ from: 'api' });
  if (metrics) status.routes.get('/metrics', metrics.answer);
  const counting = metrics ?? NO_METRICS;
  const records = openRecords({
    databaseUrl: config.databaseUrl,
    connections: config.databaseConnections,
    openJobsMax: config.openJobsMax,
    leaseMs: config.leaseMs,
    applicationName: 'intermodal api',
  });
  if (config.mode === 'local') {
    const applied = await records.migrate();
    if (applied.length > 0) log.info({ applied }, 'database migrated');
    await records.keys.ensureLocalKey(createHash('sha256').update(config.key!).digest());
  }
  const catalogue = await loadShippedStages();
  const { figures, pools } = records;
  counting.readings(
    'records',
    RECORD_GAUGES,
    keptFor(() => recordReadings({ figures, pools, catalogue }), FIGURES),
  );
  status.routes.get(BACKLOG_PATH, backlogRoute(records.pools, catalogue, log));
  const documents = await loadShippedPipelines();
  const shipped = pipelinesOf(documents);
  const plans = documents.map((document) => compile(document, catalogue, shipped));
  for (const plan of plans) await records.pipelines.publish(null, plan);
  const store = countedStore(await openArtifactStore(config.artifacts), counting);
  const queue = openQueue({ redisUrl: config.redisUrl });
  const limiter = openLimiter({
    redisUrl: config.redisUrl,
    onChange: (shared, error) =>
      shared
        ? log.info('requests are counted in Redis again')
        : log.warn({ err: error }, 'requests are counted by this process alone'),
  });
  const app = await createApi({
    jobs: records.jobs,
    tasks: records.tasks,
    batches: records.batches,
    ingestions: records.ingestions,
    events: records.events,
    webhooks: {
      records: records.webhooks,
      sender: httpWebhookSender({ policy: config.outbound }),
      ...(config.secretKey !== undefined && { secrets: derivedSecrets(config.secretKey) }),
    },
    addressFault: (url) => addressFault(url, config.outbound),
    artifacts: records.artifacts,
    uploads: records.uploads,
    keys: records.keys,
    tenants: records.tenants,
    usage: records.usage,
    pools: records.pools,
    audit: records.audit,
    limiter,
    queue,
    store,
    catalogue,
    pipelines: records.pipelines,
    shelf: new PipelineShelf(plans),
    readiness: status.readiness,
    limits: config,
    version,
    tracing,
    metrics: counting,
    log,
  });
  await app.listen(config.port, config.host);
  const { port } = app.getHttpServer().address() as AddressInfo;
  status.readiness.begin({ records, queue, store });
  onStop(log, async () => {
    log.info('draining');
    status.readiness.drain();
    await leave(app, config);
    await queue.close();
    await limiter.close();
    await store.close();
    await records.close();
    await status.stop();
    await tracing.close();
    log.info('API ended');
  });
  log.info({ host: config.host, port, pipelines: plans.length, stages: catalogue.size }, 'API listens');
  process.send?.({ type: 'ready', port, statusPort: status.port });
}

main().catch(failStart);
