import { z } from 'zod';
import { address, setting, wholeNumber } from './setting.ts';

const MODES = ['local', 'cluster'] as const;
export type Mode = (typeof MODES)[number];

/** Pieces that several processes read. Each process names the ones it uses, in `processes.ts`. */
export const shared = {
  databaseUrl: setting(
    {
      variable: 'DATABASE_URL',
      description: 'The Postgres database that is the record of every job.',
      example: 'postgres://intermodal:password@127.0.0.1:5432/intermodal',
      secret: true,
    },
    address('postgres:', 'postgresql:'),
  ),
  databaseConnections: setting(
    {
      variable: 'INTERMODAL_DATABASE_CONNECTIONS',
      description:
        'Connections to Postgres that this process has open at most; the API has half as many again, which read in the name of a tenant. ' +
        'All processes together must stay below max_connections of Postgres; a worker with 2 slots gets by with 3.',
      example: '3',
    },
    wholeNumber(2, 200).default(10),
  ),
  redisUrl: setting(
    {
      variable: 'REDIS_URL',
      description: 'The Redis that carries tasks to workers.',
      example: 'redis://127.0.0.1:6379',
      secret: true,
    },
    address('redis:', 'rediss:'),
  ),
  mode: setting(
    {
      variable: 'INTERMODAL_MODE',
      description:
        'local: one machine; the API migrates the database and makes the one key. ' +
        'cluster: `intermodal migrate` runs beforehand, and a worker without its engines refuses to start.',
      example: 'local',
    },
    z.enum(MODES, { error: 'expected local or cluster' }).default('local'),
  ),
  dataDir: setting(
    {
      variable: 'INTERMODAL_DATA_DIR',
      description: 'The folder for scratch space, logs and, in local mode, the servers\u2019 data.',
      example: '.data',
    },
    z.string().default('.data'),
  ),
  drainMs: setting(
    {
      variable: 'INTERMODAL_DRAIN_MS',
      description: 'How long a process that was told to stop finishes what it has begun, in milliseconds.',
      example: '30000',
    },
    wholeNumber(0, 3_600_000).default(30_000),
  ),
  logLevel: setting(
    {
      variable: 'INTERMODAL_LOG_LEVEL',
      description: 'The least severe kind of log line to write.',
      example: 'debug',
    },
    z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
        error: 'expected one of fatal, error, warn, info, debug, trace, silent',
      })
      .default('info'),
  ),
  secretKey: setting(
    {
      variable: 'INTERMODAL_SECRET_KEY',
      description:
        'The key that the secrets of webhooks are derived from; the same for the API and all workers. ' +
        'Without it no webhook is accepted or sent. Changed, it ends the webhooks there are.',
      example: 'openssl rand -hex 32',
      secret: true,
    },
    z.string().min(32, 'expected at least 32 characters').optional(),
  ),
  key: setting(
    {
      variable: 'INTERMODAL_KEY',
      description: 'The API key. In local mode the API accepts it; the command line sends it.',
      example: 'im_local_…',
      secret: true,
    },
    z
      .string()
      .regex(/^im_[a-z]+_[A-Za-z0-9_-]{16,}$/, 'expected im_local_ and at least 16 letters or digits')
      .optional(),
  ),
};

/** How tasks are held and found again; the API and the workers must agree on them. */
export const timings = {
  leaseMs: setting(
    {
      variable: 'INTERMODAL_LEASE_MS',
      description:
        'How long a worker holds a task, and an API process the file of a batch that it reads, without a heartbeat before others take it, in ' +
        'milliseconds.',
      example: '15000',
    },
    wholeNumber(100, 3_600_000).default(15_000),
  ),
  heartbeatMs: setting(
    {
      variable: 'INTERMODAL_HEARTBEAT_MS',
      description: 'How often a worker renews its leases, in milliseconds; at most half of the lease.',
      example: '5000',
    },
    wholeNumber(50, 3_600_000).default(5_000),
  ),
  sweepMs: setting(
    {
      variable: 'INTERMODAL_SWEEP_MS',
      description: 'How often expired leases and unsent tasks are looked for, in milliseconds.',
      example: '2000',
    },
    wholeNumber(50, 3_600_000).default(2_000),
  ),
};

/** What a process tells those who run it. */
export const healthSettings = {
  blockedMs: setting(
    {
      variable: 'INTERMODAL_BLOCKED_MS',
      description:
        'How long the event loop of a process may stand still before it is logged and reported as not alive, in milliseconds.',
      example: '15000',
    },
    wholeNumber(100, 3_600_000).default(15_000),
  ),
  healthHost: setting(
    {
      variable: 'INTERMODAL_HEALTH_HOST',
      description:
        'The address of INTERMODAL_HEALTH_PORT. Only this machine can reach the default. What it answers needs no key: keep it from tenants.',
      example: '0.0.0.0',
    },
    z.string().default('127.0.0.1'),
  ),
  healthPort: setting(
    {
      variable: 'INTERMODAL_HEALTH_PORT',
      description:
        'The status port, for probes and Prometheus: `GET /livez` (503 while the event loop is blocked), `/readyz` (503 while the process ' +
        'starts, drains or lacks Postgres), `/metrics`. Another one for every process of a machine; 0 takes any free one and writes it to the log. ' +
        'Left out, there is none: two processes of one machine cannot have the same.',
      example: '4647',
    },
    wholeNumber(0, 65_535).optional(),
  ),
};

export const healthOf = (values: {
  readonly healthHost: string;
  readonly healthPort: number | undefined;
}): { readonly host: string; readonly port: number } | undefined =>
  values.healthPort === undefined ? undefined : { host: values.healthHost, port: values.healthPort };
