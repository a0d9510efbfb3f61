// The real worker, with the trial's stages in place of the shipped ones.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openArtifactStore } from '@intermodal/artifacts';
import { readConfig, WorkerConfig } from '@intermodal/config';
import { openQueue } from '@intermodal/queue';
import { openRecords } from '@intermodal/records';
import { derivedSecrets, httpWebhookSender } from '@intermodal/webhooks';
import { startWorker, WebhookDispatcher } from '@intermodal/workers';
import { pino } from 'pino';
import { onStop } from '../on-stop.ts';
import { loadTrialStages } from '../trial-catalogue.ts';

const config = readConfig(WorkerConfig, process.env, (path) => readFileSync(path, 'utf8'));
const log = pino({ level: config.logLevel, base: { process: 'trial worker', pid: process.pid } });
const records = openRecords({
  databaseUrl: config.databaseUrl,
  leaseMs: config.leaseMs,
  applicationName: 'intermodal trial worker',
});
const queue = openQueue({ redisUrl: config.redisUrl });
const store = await openArtifactStore(config.artifacts);
const deadlineMs = config.webhookDeadlineMs;
const worker = await startWorker({
  pool: 'text',
  stages: await loadTrialStages(),
  records: records.tasks,
  queue,
  store,
  resolveNeeds: () => Promise.resolve({}),
  engines: {},
  scratchFolder: join(config.dataDir, 'scratch'),
  cacheFolder: join(config.dataDir, 'cache'),
  cacheMaxBytes: 2 ** 30,
  slots: config.slots,
  heartbeatMs: config.heartbeatMs,
  sweepMs: config.sweepMs,
  drainMs: config.drainMs,
  dispatcher: new WebhookDispatcher({
    records: records.webhooks,
    sender: httpWebhookSender({ policy: { loopback: true, http: true }, deadlineMs }),
    secrets: derivedSecrets(config.secretKey!),
    schedule: config.webhookScheduleMs,
    pollMs: config.webhookPollMs,
    leaseMs: 2 * deadlineMs,
    log,
  }),
  processId: process.pid,
  log,
});
onStop(async () => {
  await worker.drain();
  await queue.close();
  await store.close();
  await records.close();
});
process.send?.({ type: 'ready' });
