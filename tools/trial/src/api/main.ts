// The real API, with the trial's stages and pipelines published in place of the shipped ones.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { BACKLOG_PATH, backlogRoute, createApi, leave, PipelineShelf } from '@intermodal/api';
import { openArtifactStore } from '@intermodal/artifacts';
import { ApiConfig, readConfig } from '@intermodal/config';
import { compile } from '@intermodal/pipeline';
import { onStop, openStatus } from '@intermodal/process';
import { openQueue } from '@intermodal/queue';
import { openLimiter } from '@intermodal/rate-limits';
import { openRecords } from '@intermodal/records';
import { addressFault } from '@intermodal/outbound';
import { openLog, openTracing } from '@intermodal/telemetry';
import { derivedSecrets, httpWebhookSender } from '@intermodal/webhooks';
import { disturbanceOf } from '../disturb/disturbance.ts';
import { disturbedJobs, disturbedQueue } from '../disturb/disturbed-ports.ts';
import { loadTrialPipelines, loadTrialStages } from '../trial-catalogue.ts';

const config = readConfig(ApiConfig, process.env, (path) => readFileSync(path, 'utf8'));
const log = openLog(config.logLevel, { service: 'intermodal-api', version: '0.0.0-trial' });
const disturbance = disturbanceOf(process.env);
const tracing = await openTracing(config.tracing, {
  resource: { 'service.name': 'intermodal-api' },
  onTrouble: (message) => log.warn({ err: message }, 'spans could not be sent'),
});
const status = await openStatus(config, { service: 'trial api' }, log);
const records = openRecords({
  databaseUrl: config.databaseUrl,
  connections: config.databaseConnections,
  openJobsMax: config.openJobsMax,
  leaseMs: config.leaseMs,
  applicationName: 'intermodal trial api',
});
await records.migrate();
await records.keys.ensureLocalKey(createHash('sha256').update(config.key!).digest());
const catalogue = await loadTrialStages();
status.routes.get(BACKLOG_PATH, backlogRoute(records.pools, catalogue, log));
const plans = (await loadTrialPipelines()).map((document) => compile(document, catalogue));
for (const plan of plans) await records.pipelines.publish(null, plan);
const store = await openArtifactStore(config.artifacts);
const queue = disturbedQueue(openQueue({ redisUrl: config.redisUrl }), disturbance);
const limiter = openLimiter({ redisUrl: config.redisUrl });
const app = await createApi({
  jobs: disturbedJobs(records.jobs, disturbance),
  tasks: records.tasks,
  batches: records.batches,
  ingestions: records.ingestions,
  events: records.events,
  webhooks: {
    records: records.webhooks,
    sender: httpWebhookSender({ policy: { loopback: true, http: true } }),
    secrets: derivedSecrets(config.secretKey!),
  },
  addressFault: (url) => addressFault(url, { loopback: true, http: true }),
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
  version: '0.0.0-trial',
  tracing,
  log,
});
await app.listen(config.port, config.host);
const { port } = app.getHttpServer().address() as AddressInfo;
status.readiness.begin({ records, queue, store });
onStop(log, async () => {
  status.readiness.drain();
  await leave(app, config);
  await queue.close();
  await limiter.close();
  await store.close();
  await records.close();
  await tracing.close();
  await status.stop();
});
process.send?.({ type: 'ready', port, statusPort: status.port });
