// The real worker, with the trial's stages in place of the shipped ones.
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { openArtifactStore } from '@intermodal/artifacts';
import { readConfig, WorkerConfig } from '@intermodal/config';
import { onStop } from '@intermodal/process';
import { openQueue } from '@intermodal/queue';
import { newUuid } from '@intermodal/contracts';
import { openRecords } from '@intermodal/records';
import { openLog, openTracing } from '@intermodal/telemetry';
import { derivedSecrets, httpWebhookSender } from '@intermodal/webhooks';
import { startWorker, WebhookDispatcher } from '@intermodal/workers';
import { Pool } from 'pg';
import { disturbanceOf } from '../disturb/disturbance.ts';
import {
  disturbedQueue,
  disturbedSender,
  disturbedStore,
  disturbedTasks,
  disturbedWebhooks,
} from '../disturb/disturbed-ports.ts';
import { countedStages } from '../disturb/counted-stages.ts';
import { noteClock } from '../disturb/note-clock.ts';
import { steal } from '../disturb/steal.ts';
import { loadTrialStages } from '../trial-catalogue.ts';

const config = readConfig(WorkerConfig, process.env, (path) => readFileSync(path, 'utf8'));
const log = openLog(config.logLevel, { service: 'intermodal-workers', version: '0.0.0-trial' });
const disturbance = disturbanceOf(process.env);
const thief = new Pool({ connectionString: config.databaseUrl, max: 1 });
thief.on('error', () => {});
await noteClock(thief, disturbance.effects).catch(() => {});
const tracing = await openTracing(config.tracing, {
  resource: { 'service.name': 'intermodal-workers' },
  onTrouble: (message) => log.warn({ err: message }, 'spans could not be sent'),
});
const records = openRecords({
  databaseUrl: config.databaseUrl,
  connections: config.databaseConnections,
  leaseMs: config.leaseMs,
  traced: tracing.isOn,
  applicationName: 'intermodal trial worker',
});
const queue = disturbedQueue(openQueue({ redisUrl: config.redisUrl }), disturbance);
const store = disturbedStore(await openArtifactStore(config.artifacts), disturbance);
const deadlineMs = config.webhookDeadlineMs;
const worker = await startWorker({
  pool: 'text',
  stages: countedStages(await loadTrialStages(), disturbance.effects),
  records: disturbedTasks(records.tasks, disturbance, steal(thief)),
  queue,
  store,
  resolveNeeds: () => Promise.resolve({}),
  engines: {},
  scratchFolder: join(config.dataDir, 'scratch'),
  cacheFolder: join(config.dataDir, 'cache'),
  cacheMaxBytes: 2 ** 30,
  slots: config.slots,
  patienceMs: process.env.TRIAL_PATIENCE_MS ? Number(process.env.TRIAL_PATIENCE_MS) : undefined,
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
  dispatcher: new WebhookDispatcher({
    tracing,
    records: disturbedWebhooks(records.webhooks, disturbance),
    sender: disturbedSender(
      httpWebhookSender({ policy: { loopback: true, http: true }, deadlineMs }),
      disturbance,
    ),
    secrets: derivedSecrets(config.secretKey!),
    schedule: config.webhookScheduleMs,
    pollMs: config.webhookPollMs,
    leaseMs: config.webhookLeaseMs,
    breaker: config.webhookBreaker,
    keepMs: config.webhookDisableMs,
    log,
  }),
  id: newUuid(),
  tracing,
  processId: process.pid,
  // A pod has a name of its own; here all are on one machine.
  host: process.env.TRIAL_HOST ?? hostname(),
  log,
});
onStop(log, async () => {
  await worker.drain();
  await queue.close();
  await store.close();
  await records.close();
  await thief.end();
  await tracing.close();
});
process.send?.({ type: 'ready' });
