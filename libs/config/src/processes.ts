import { z } from 'zod';
import { artifactSettings, artifactStorageOf, s3AccessOf, s3AccountSettings } from './artifact-storage.ts';
import { engines } from './engine-choice.ts';
import { modelHostSettings } from './model-host-settings.ts';
import { defineConfig, type ConfigOf } from './read-config.ts';
import { modelPullSettings, modelSettings } from './model-store-settings.ts';
import { fetchSettings, outboundOf, outboundSettings } from './outbound-settings.ts';
import { remoteServersOf } from './remote-servers.ts';
import { remoteSettings } from './remote-settings.ts';
import { orphanAgeFault, retentionSettings } from './retention-settings.ts';
import { address, setting, wholeNumber } from './setting.ts';
import { healthOf, healthSettings, shared, timings } from './shared-settings.ts';
import { slowClientSettings } from './slow-client-settings.ts';
import { breakerOf, webhookSettings } from './webhook-settings.ts';
import { streamSettings } from './stream-settings.ts';
import { tenantLimitSettings } from './tenant-limit-settings.ts';
import { tracingOf, tracingSettings } from './tracing-settings.ts';

export type { EngineChoice } from './engine-choice.ts';
export type { Mode } from './shared-settings.ts';

export const ApiConfig = defineConfig({
  process: 'API',
  settings: {
    mode: shared.mode,
    host: setting(
      {
        variable: 'INTERMODAL_HOST',
        description: 'The address that the API listens on. Only this machine can reach the default.',
        example: '0.0.0.0',
      },
      z.string().default('127.0.0.1'),
    ),
    port: setting(
      {
        variable: 'INTERMODAL_PORT',
        description: 'The port that the API listens on; 0 takes any free one.',
        example: '4646',
      },
      wholeNumber(0, 65_535).default(4646),
    ),
    key: shared.key,
    secretKey: shared.secretKey,
    databaseUrl: shared.databaseUrl,
    databaseConnections: shared.databaseConnections,
    redisUrl: shared.redisUrl,
    ...artifactSettings,
    uploadMaxBytes: setting(
      {
        variable: 'INTERMODAL_UPLOAD_MAX_BYTES',
        description: 'The largest file that may be uploaded, in bytes; 2 GiB when left out.',
        example: '104857600',
      },
      wholeNumber(1, 2 ** 40).default(2 ** 31),
    ),
    openJobsMax: setting(
      {
        variable: 'INTERMODAL_OPEN_JOBS_MAX',
        description:
          'How many jobs of a tenant may be open (queued or running) at a time; more are refused with quota.open_jobs. ' +
          'A tenant may have another limit: `intermodal tenants set`.',
        example: '100000',
      },
      wholeNumber(1, 1_000_000_000).default(1_000_000),
    ),
    leaseMs: timings.leaseMs,
    ...tenantLimitSettings,
    ...outboundSettings,
    ...slowClientSettings,
    ...streamSettings,
    lameDuckMs: setting(
      {
        variable: 'INTERMODAL_LAMEDUCK_MS',
        description:
          'How long the API goes on taking requests once it was told to stop, in milliseconds: /readyz says 503 at once, and every answer ' +
          'closes its connection. As long as your balancer takes to notice; 0 where nothing stands before it. INTERMODAL_DRAIN_MS comes after it.',
        example: '10000',
      },
      wholeNumber(0, 600_000).default(0),
    ),
    drainMs: shared.drainMs,
    ...healthSettings,
    ...tracingSettings,
    logLevel: shared.logLevel,
  },
  finish(values, fault) {
    if (values.mode === 'local' && values.key === undefined)
      fault('INTERMODAL_KEY', 'must be set in local mode: it is the one key that the API accepts.');
    return {
      ...values,
      outbound: outboundOf(values),
      health: healthOf(values),
      tracing: tracingOf(values, fault),
      artifacts: artifactStorageOf(values, fault),
    };
  },
});
export type ApiConfig = ConfigOf<typeof ApiConfig>;

export const WorkerConfig = defineConfig({
  process: 'workers',
  settings: {
    mode: shared.mode,
    databaseUrl: shared.databaseUrl,
    databaseConnections: shared.databaseConnections,
    redisUrl: shared.redisUrl,
    ...artifactSettings,
    dataDir: shared.dataDir,
    ...modelSettings,
    engines,
    ...modelHostSettings,
    ...remoteSettings,
    slots: setting(
      {
        variable: 'INTERMODAL_SLOTS',
        description: 'How many tasks one worker process runs at a time.',
        example: '4',
      },
      wholeNumber(1, 256).default(2),
    ),
    ...timings,
    ...webhookSettings,
    ...outboundSettings,
    ...fetchSettings,
    ...retentionSettings,
    drainMs: shared.drainMs,
    ...healthSettings,
    ...tracingSettings,
    logLevel: shared.logLevel,
  },
  finish(values, fault) {
    if (values.heartbeatMs * 2 > values.leaseMs)
      fault(
        'INTERMODAL_HEARTBEAT_MS',
        `is ${values.heartbeatMs}, more than half of INTERMODAL_LEASE_MS (${values.leaseMs}): ` +
          'one late heartbeat would lose the task. Lower it or raise the lease.',
      );
    const orphanFault = orphanAgeFault(values.orphanAgeMs);
    if (orphanFault) fault('INTERMODAL_ORPHAN_AGE_MS', orphanFault);
    const remotes = remoteServersOf(values, fault);
    const chosen = Object.fromEntries(Object.keys(remotes).map((capability) => [capability, ['remote']]));
    return {
      ...values,
      engines: { ...chosen, ...values.engines },
      remotes,
      modelDir: values.modelDir ?? `${values.dataDir}/models`,
      webhookBreaker: breakerOf(values),
      outbound: outboundOf(values),
      health: healthOf(values),
      tracing: tracingOf(values, fault),
      artifacts: artifactStorageOf(values, fault),
    };
  },
});
export type WorkerConfig = ConfigOf<typeof WorkerConfig>;

export const CliConfig = defineConfig({
  process: 'command line',
  settings: {
    url: setting(
      {
        variable: 'INTERMODAL_URL',
        description: 'The address of the API; left out, that of the stack running in INTERMODAL_DATA_DIR.',
        example: 'http://127.0.0.1:4646',
      },
      address('http:', 'https:').optional(),
    ),
    key: shared.key,
    dataDir: shared.dataDir,
    ...modelSettings,
    ...modelPullSettings,
    ...s3AccountSettings,
    databaseUrl: setting(
      {
        variable: 'DATABASE_URL',
        description: 'The Postgres database; only `intermodal migrate` and `intermodal keys first` need it.',
        example: 'postgres://intermodal:password@127.0.0.1:5432/intermodal',
        secret: true,
      },
      address('postgres:', 'postgresql:').optional(),
    ),
  },
  finish: (values) => ({
    ...values,
    modelDir: values.modelDir ?? `${values.dataDir}/models`,
    s3: s3AccessOf(values),
  }),
});
export type CliConfig = ConfigOf<typeof CliConfig>;
