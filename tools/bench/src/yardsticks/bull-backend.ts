import { createPostgresBackend, FlowProducer, Queue, QueueEvents, Worker, type Processor } from 'bullmq';

/** Where BullMQ keeps its jobs: in Redis, or, since 6, in Postgres. */
export interface BullBackend {
  readonly kind: 'redis' | 'postgres';
  readonly url: string;
}

/** Connections of a Postgres pool. A worker with more jobs at a time than this waits for its own connections. */
const CONNECTIONS = 20;

const redis = ({ url }: BullBackend) => ({ connection: { url, maxRetriesPerRequest: null } });
const postgres = ({ url }: BullBackend) => ({
  connection: { connectionString: url, max: CONNECTIONS, migrate: true },
});

export const openBullQueue = (name: string, backend: BullBackend) =>
  backend.kind === 'redis'
    ? new Queue(name, redis(backend))
    : new Queue(name, postgres(backend), createPostgresBackend);

export const openBullFlows = (backend: BullBackend) =>
  backend.kind === 'redis'
    ? new FlowProducer(redis(backend))
    : new FlowProducer(postgres(backend), createPostgresBackend);

/** Tells this process what became of jobs; on Redis. */
export const openBullEvents = (name: string, backend: BullBackend) => new QueueEvents(name, redis(backend));

export const openBullWorker = (
  name: string,
  process: Processor,
  concurrency: number,
  backend: BullBackend,
) =>
  backend.kind === 'redis'
    ? new Worker(name, process, { ...redis(backend), concurrency })
    : new Worker(name, process, { ...postgres(backend), concurrency }, createPostgresBackend);
