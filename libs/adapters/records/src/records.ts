import type {
  AuditRecords,
  ArtifactRecords,
  BatchRecords,
  IngestionRecords,
  EventRecords,
  FigureRecords,
  JobRecords,
  KeyRecords,
  PipelineRecords,
  PoolRecords,
  TaskRecords,
  TenantRecords,
  UpkeepRecords,
  UsageRecords,
  UploadRecords,
  WebhookRecords,
} from '@intermodal/pipeline';
import { artifactRecords } from './artifact-records.ts';
import { auditRecords } from './audit-records.ts';
import { batchRecords } from './batch-records.ts';
import { openDatabase } from './database.ts';
import { ingestionRecords } from './ingestion-records.ts';
import { eventRecords } from './event-records.ts';
import { figureRecords } from './figure-records.ts';
import { jobRecords } from './job-records.ts';
import { keyRecords } from './key-records.ts';
import { migrate } from './migrate.ts';
import { pipelineRecords } from './pipeline-records.ts';
import { StoredPlans } from './plan-rows.ts';
import { taskRecords } from './task-records.ts';
import { tenantRecords } from './tenant-records.ts';
import { upkeepRecords } from './upkeep-records.ts';
import { poolRecords } from './pool-records.ts';
import { usageRecords } from './usage-records.ts';
import { uploadRecords } from './upload-records.ts';
import { webhookRecords } from './webhook-records.ts';

export interface RecordsOptions {
  readonly databaseUrl: string;
  /** At most this many connections, and half as many that read in the name of a tenant; default 10. */
  readonly connections?: number;
  /** How long a claim or a heartbeat holds a task, and whoever reads a batch's file that file; default 15,000. */
  readonly leaseMs?: number;
  /** Jobs of a tenant that have not ended, at most, unless the tenant has a limit of its own; left out: any number. */
  readonly openJobsMax?: number;
  /** Claimed tasks name the trace that their job was submitted in. */
  readonly traced?: boolean;
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string;
}

/** The record, on PostgreSQL 15 or later. */
export interface Records {
  readonly jobs: JobRecords;
  readonly batches: BatchRecords;
  readonly ingestions: IngestionRecords;
  readonly events: EventRecords;
  readonly webhooks: WebhookRecords;
  readonly tasks: TaskRecords;
  readonly artifacts: ArtifactRecords;
  readonly keys: KeyRecords;
  readonly tenants: TenantRecords;
  readonly usage: UsageRecords;
  readonly pools: PoolRecords;
  readonly figures: FigureRecords;
  readonly audit: AuditRecords;
  readonly upkeep: UpkeepRecords;
  readonly uploads: UploadRecords;
  readonly pipelines: PipelineRecords;
  /** Brings the schema up to date; returns what was applied. */
  migrate(): Promise<string[]>;
  /** @throws IntermodalError `store.unavailable` */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** Connects lazily: opening cannot fail. */
export function openRecords(options: RecordsOptions): Records {
  const database = openDatabase(options.databaseUrl, {
    connections: options.connections ?? 10,
    applicationName: options.applicationName ?? 'intermodal',
  });
  const plans = new StoredPlans();
  const leaseMs = options.leaseMs ?? 15_000;
  return {
    jobs: jobRecords(database, plans, options.openJobsMax),
    batches: batchRecords(database, plans, options.openJobsMax),
    ingestions: ingestionRecords(database, { leaseMs, openJobsMax: options.openJobsMax }),
    events: eventRecords(database),
    webhooks: webhookRecords(database),
    tasks: taskRecords(database, { leaseMs, traced: options.traced }),
    artifacts: artifactRecords(database),
    keys: keyRecords(database),
    tenants: tenantRecords(database),
    usage: usageRecords(database),
    pools: poolRecords(database),
    figures: figureRecords(database),
    audit: auditRecords(database),
    upkeep: upkeepRecords(database),
    uploads: uploadRecords(database),
    pipelines: pipelineRecords(database),
    migrate: () => migrate(options.databaseUrl),
    async check() {
      await database.query('check', 'SELECT 1', []);
    },
    close: () => database.close(),
  };
}
