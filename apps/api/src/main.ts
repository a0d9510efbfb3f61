import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { openArtifactStore } from '@intermodal/artifacts';
import { ApiConfig, ConfigError, readConfig } from '@intermodal/config';
import { compile, pipelinesOf } from '@intermodal/pipeline';
import { onStop, watchLoop } from '@intermodal/process';
import { openQueue } from '@intermodal/queue';
import { openLimiter } from '@intermodal/rate-limits';
import { openRecords } from '@intermodal/records';
import { addressFault } from '@intermodal/outbound';
import { openTracing } from '@intermodal/telemetry';
import { derivedSecrets, httpWebhookSender } from '@intermodal/webhooks';
import { loadShippedPipelines, loadShippedStages } from '@intermodal/stages';
import { pino } from 'pino';
import { createApi } from './create-api.ts';
import { PipelineShelf } from './pipelines/pipeline-shelf.ts';

async function main(): Promise<void> {
  const config = readConfig(ApiConfig, process.env, (path) => readFileSync(path, 'utf8'));
  const log = pino({ level: config.logLevel, base: { process: 'api' } });
  const version = versionOf(new URL('../package.json', import.meta.url));
  const tracing = await openTracing(config.tracing, {
    resource: { 'service.name': 'intermodal-api', 'service.version': version },
    onTrouble: (message) => log.warn({ err: message }, 'spans could not be sent'),
  });
  const records = openRecords({
    databaseUrl: config.databaseUrl,
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
  const documents = await loadShippedPipelines();
  const shipped = pipelinesOf(documents);
  const plans = documents.map((document) => compile(document, catalogue, shipped));
  for (const plan of plans) await records.pipelines.publish(null, plan);
  const store = await openArtifactStore(config.artifacts);
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
    checkRecords: () => records.check(),
    limits: config,
    version,
    tracing,
    log,
  });
  await app.listen(config.port, config.host);
  const { port } = app.getHttpServer().address() as AddressInfo;

  const watch = await watchLoop({
    process: 'api',
    logLevel: config.logLevel,
    blockedMs: config.blockedMs,
    address: config.health,
  });
  onStop(log, async () => {
    log.info('draining');
    const cut = setTimeout(() => app.getHttpServer().closeAllConnections(), config.drainMs);
    await app.close();
    clearTimeout(cut);
    await queue.close();
    await limiter.close();
    await store.close();
    await records.close();
    await watch.stop();
    await tracing.close();
    log.info('API ended');
  });
  log.info({ host: config.host, port, pipelines: plans.length, stages: catalogue.size }, 'API listens');
  process.send?.({ type: 'ready', port });
}

const versionOf = (packageFile: URL): string =>
  (JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }).version;

main().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof ConfigError ? error.message : String((error as Error).stack ?? error)}\n`,
  );
  process.exit(1);
});
