import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { artifactStoreFaults, openArtifactStore } from '@intermodal/artifacts';
import { ConfigError, forgetSecrets, lookAtConfig, WorkerConfig } from '@intermodal/config';
import { newUuid } from '@intermodal/contracts';
import { FolderModelStore, loadEngines, readCatalogue } from '@intermodal/engines';
import { loadMediaEngines, webFetcher } from '@intermodal/media';
import { EngineRoom } from '@intermodal/models';
import { NO_METRICS, POOLS, type StageCatalogue, type WebhookRecords } from '@intermodal/pipeline';
import {
  failStart,
  onStop,
  openStatus,
  packageVersion,
  spareCollections,
  startFaults,
} from '@intermodal/process';
import { openQueue, queueFaults } from '@intermodal/queue';
import { openRecords, recordsFaults } from '@intermodal/records';
import { loadShippedStages } from '@intermodal/stages';
import {
  countedStore,
  openLog,
  openMetrics,
  openTracing,
  type LogWriter,
  type Tracing,
} from '@intermodal/telemetry';
import { derivedSecrets, httpWebhookSender } from '@intermodal/webhooks';
import type { Logger } from 'pino';
import { openEngines } from './open-engines.ts';
import { openHouse, threadsOf } from './open-house.ts';
import { countedHosts } from './metrics/counted-hosts.ts';
import { countedWebhooks } from './metrics/counted-records.ts';
import { namingTask } from './running-task.ts';
import { WebhookDispatcher } from './webhook-dispatcher.ts';
import { startWorker } from './worker.ts';

/** Artifacts kept on this machine for the next task that reads them. */
const CACHE_MAX_BYTES = 2 * 1024 ** 3;

const HELP = `Serves the stages of one pool.

  workers --pool NAME [--without STAGE]…

  --pool NAME       ${POOLS.join(', ')}
  --without STAGE   do not serve this stage; in cluster mode needed where its engine is missing

Settings are environment variables: docs/reference/settings.md.
`;

async function main(): Promise<void> {
  spareCollections();
  const { values } = parseArgs({
    options: {
      pool: { type: 'string' },
      without: { type: 'string', multiple: true },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const pool = values.pool ?? '';
  const { config, faults } = lookAtConfig(WorkerConfig, process.env, (path) => readFileSync(path, 'utf8'));
  const found = await startFaults(config, [...poolFaults(pool), ...faults], {
    records: (url) => recordsFaults(url, { migrates: false }),
    queue: (url) => queueFaults(url, { needed: true }),
    store: artifactStoreFaults,
  });
  if (found.length > 0) throw new ConfigError('workers', found);
  forgetSecrets(process.env);
  const workerId = newUuid();
  const writer: LogWriter = {
    service: 'intermodal-workers',
    version: packageVersion(import.meta.url),
    pool,
    worker: workerId,
  };
  const log = openLog(config.logLevel, writer);
  const stages = await stagesOf(pool, values.without ?? []);
  if (stages.size === 0) throw new ConfigError('workers', [`there are no stages in the pool '${pool}'.`]);

  const status = await openStatus(config, { ...writer }, log);
  // Nobody asks where there is no port.
  const metrics = config.health ? openMetrics({ from: 'workers', labels: { pool } }) : undefined;
  if (metrics) status.routes.get('/metrics', metrics.answer);
  const counting = metrics ?? NO_METRICS;
  const tracing = await openTracing(config.tracing, {
    resource: {
      'service.name': writer.service,
      'service.version': writer.version,
      'service.instance.id': workerId,
      'intermodal.pool': pool,
    },
    onTrouble: (message) => log.warn({ err: message }, 'spans could not be sent'),
  });
  const records = openRecords({
    databaseUrl: config.databaseUrl,
    connections: config.databaseConnections,
    leaseMs: config.leaseMs,
    traced: tracing.isOn,
    applicationName: `intermodal workers ${pool}`,
  });
  const queue = openQueue({ redisUrl: config.redisUrl });
  const store = countedStore(await openArtifactStore(config.artifacts), counting);
  const house = await openHouse(config, join(config.dataDir, 'model-arrays'), log, counting);
  const fetcher = webFetcher({ policy: config.outbound, maxBytes: config.fetchMaxBytes });
  const room = new EngineRoom(
    [...(await loadMediaEngines()), fetcher, ...(await loadEngines())],
    config.engines,
    {
      models: new FolderModelStore({
        folder: config.modelDir,
        mirror: config.modelMirror,
        catalogue: await readCatalogue(config.modelCatalogue),
      }),
      hosts: countedHosts(house, counting),
      remotes: config.remotes,
      threads: threadsOf(config.slots),
      log: namingTask(log),
    },
  );
  const engines = await openEngines(stages, room, { mode: config.mode, log });
  const worker = await startWorker({
    id: workerId,
    pool,
    stages,
    records: records.tasks,
    queue,
    store,
    resolveNeeds: (needs) => room.resolveAll(needs),
    engines,
    scratchFolder: join(config.dataDir, 'scratch'),
    cacheFolder: join(config.dataDir, 'cache'),
    cacheMaxBytes: CACHE_MAX_BYTES,
    slots: config.slots,
    heartbeatMs: config.heartbeatMs,
    sweepMs: config.sweepMs,
    leaseMs: config.leaseMs,
    drainMs: config.drainMs,
    upkeep: {
      records: records.upkeep,
      keepFinishedMs: config.keepFinishedMs,
      keepAuditMs: config.keepAuditMs,
      orphanAgeMs: config.orphanAgeMs,
    },
    ...(config.secretKey !== undefined && {
      dispatcher: dispatcherOf(
        config,
        config.secretKey,
        countedWebhooks(records.webhooks, counting),
        tracing,
        log,
      ),
    }),
    processId: process.pid,
    tracing,
    metrics: counting,
    host: hostname(),
    log,
  });

  status.readiness.begin({ records, queue, store });
  onStop(log, async () => {
    status.readiness.drain();
    await worker.drain();
    await room.close();
    await house.close();
    await queue.close();
    await store.close();
    await records.close();
    await status.stop();
    await tracing.close();
    log.info('worker ended');
  });
  process.send?.({ type: 'ready', statusPort: status.port });
}

function dispatcherOf(
  config: WorkerConfig,
  secretKey: string,
  records: WebhookRecords,
  tracing: Tracing,
  log: Logger,
): WebhookDispatcher {
  const deadlineMs = config.webhookDeadlineMs;
  return new WebhookDispatcher({
    records,
    tracing,
    sender: httpWebhookSender({ policy: config.outbound, deadlineMs }),
    secrets: derivedSecrets(secretKey),
    schedule: config.webhookScheduleMs,
    pollMs: config.webhookPollMs,
    leaseMs: config.webhookLeaseMs,
    breaker: config.webhookBreaker,
    keepMs: config.webhookDisableMs,
    log,
  });
}

const poolFaults = (pool: string): string[] =>
  POOLS.some((one) => one === pool) ? [] : [`--pool must be one of ${POOLS.join(', ')}.`];

async function stagesOf(pool: string, without: readonly string[]): Promise<StageCatalogue> {
  const all = await loadShippedStages();
  return new Map(
    [...all].filter(
      ([key, stage]) => stage.pool === pool && !without.includes(key) && !without.includes(stage.name),
    ),
  );
}

main().catch(failStart);
