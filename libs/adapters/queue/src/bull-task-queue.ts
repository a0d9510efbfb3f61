import { IntermodalError, TaskMessage, ToldMessage } from '@intermodal/contracts';
import { queueOf, type Consumer, type Delivery, type TaskQueue } from '@intermodal/pipeline';
import { Queue, Worker, type Job as BullJob } from 'bullmq';
import { Redis } from 'ioredis';
import { infoFaults } from './start-faults.ts';

export interface QueueOptions {
  readonly redisUrl: string;
  /** Before every key; default `im`. */
  readonly prefix?: string;
}

/** A send that takes longer is given up: the record has the task, the sweeper will send it. */
const SEND_CAP_MS = 500;
/** A worker that dies is noticed after these; the lease in the records decides, this only brings the delivery back. */
const LOCK_MS = 10_000;
const STALLED_INTERVAL_MS = 5_000;

/** Of what the tasks of a job tell, and for how long after the last of it. */
const TOLD_KEPT = 4_000;
const TOLD_KEPT_MS = 3_600_000;

/** Sets a number unless a greater one is there, or less than was expected; gives back the one that was. */
const KEEP_GREATER = `
  local before = tonumber(redis.call('GET', KEYS[1]) or '0')
  if before >= tonumber(ARGV[2]) and tonumber(ARGV[1]) > before then redis.call('SET', KEYS[1], ARGV[1]) end
  return before`;

/** TaskQueue on BullMQ. Retries, back-off and results are not BullMQ's business: a delivery is a wake-up call. */
export function openQueue(options: QueueOptions): TaskQueue {
  const prefix = options.prefix ?? 'im';
  const channels = { changed: `${prefix}:changed-jobs`, told: `${prefix}:told-jobs` } as const;
  const toldKey = (jobId: string): string => `${prefix}:told:${jobId}`;
  const producer = connect(options.redisUrl, { enableOfflineQueue: false, maxRetriesPerRequest: 1 });
  const queues = new Map<string, Queue>();
  const closers = new Set<() => Promise<void>>();

  const queueFor = (stage: string): Queue => {
    let queue = queues.get(stage);
    if (!queue) {
      queue = new Queue(queueOf(stage), { connection: producer, prefix, skipVersionCheck: true });
      queue.on('error', () => {});
      queues.set(stage, queue);
    }
    return queue;
  };

  return {
    async send(deliveries) {
      const byStage = Map.groupBy(deliveries, (delivery) => delivery.stage);
      await capped(
        Promise.all([...byStage].map(([stage, group]) => queueFor(stage).addBulk(group.map(bullJobOf)))),
        SEND_CAP_MS,
      );
    },

    async consume(stages, handle, { concurrency }) {
      const connection = connect(options.redisUrl, { maxRetriesPerRequest: null });
      await refuseUnfit(connection);
      const workers = stages.map((stage) => {
        const process = async (job: BullJob): Promise<void> => {
          await handle({ stage, tasks: TaskMessage.parse(job.data).tasks });
        };
        const worker = new Worker(queueOf(stage), process, {
          connection,
          prefix,
          concurrency,
          lockDuration: LOCK_MS,
          stalledInterval: STALLED_INTERVAL_MS,
          maxStalledCount: 100,
          skipVersionCheck: true,
        });
        worker.on('error', () => {});
        return worker;
      });
      await Promise.all(workers.map((worker) => worker.waitUntilReady()));
      const close = once(async () => {
        closers.delete(close);
        await Promise.all(workers.map((worker) => worker.close()));
        connection.disconnect();
      });
      closers.add(close);
      return { close } satisfies Consumer;
    },

    async announce(jobIds) {
      if (jobIds.length === 0) return;
      await capped(
        ready(producer).then(() => producer.publish(channels.changed, jobIds.join(','))),
        SEND_CAP_MS,
      );
    },

    async listen(listener) {
      const subscriber = connect(options.redisUrl, { maxRetriesPerRequest: null });
      subscriber.on('message', (channel, message) => {
        for (const jobId of message.split(','))
          listener(jobId, channel === channels.told ? 'told' : 'changed');
      });
      const close = once(async () => {
        closers.delete(close);
        subscriber.disconnect();
      });
      closers.add(close);
      // Not awaited: with Redis away the subscription is made when it comes back.
      subscriber.subscribe(channels.changed, channels.told).catch(() => {});
      return { close };
    },

    async tell(pieces) {
      if (pieces.length === 0) return;
      refuseWithout(producer);
      const sent = producer.pipeline();
      for (const { jobId, message } of pieces)
        sent.xadd(toldKey(jobId), 'MAXLEN', '~', TOLD_KEPT, '*', 'm', JSON.stringify(message));
      const jobIds = [...new Set(pieces.map(({ jobId }) => jobId))];
      for (const jobId of jobIds) sent.pexpire(toldKey(jobId), TOLD_KEPT_MS);
      sent.publish(channels.told, jobIds.join(','));
      await capped(sent.exec(), SEND_CAP_MS);
    },

    async told(jobId, after, limit) {
      refuseWithout(producer);
      const from = after === undefined ? '-' : `(${after}`;
      const entries = await capped(producer.xrange(toldKey(jobId), from, '+', 'COUNT', limit), SEND_CAP_MS);
      return entries.flatMap(([id, [, text]]) => {
        // What another version wrote is nothing to anybody here.
        const message = ToldMessage.safeParse(JSON.parse(text!));
        return message.success ? [{ id, message: message.data }] : [];
      });
    },

    async keepMark(mark, least) {
      const kept = ready(producer).then(() => producer.eval(KEEP_GREATER, 1, `${prefix}:mark`, mark, least));
      return Number(await capped(kept, SEND_CAP_MS));
    },

    async check() {
      await capped(
        ready(producer).then(() => producer.ping()),
        SEND_CAP_MS,
      );
    },

    async close() {
      await Promise.all([...closers].map((close) => close()));
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      producer.disconnect();
    },
  };
}

function connect(
  url: string,
  options: { maxRetriesPerRequest: number | null; enableOfflineQueue?: boolean },
): Redis {
  const redis = new Redis(url, { ...options, retryStrategy: (tries) => Math.min(tries * 50, 1_000) });
  redis.on('error', () => {});
  return redis;
}

/** What nobody is to wait for is not tried while there is no connection. */
function refuseWithout(redis: Redis): void {
  if (redis.status !== 'ready') throw new IntermodalError('store.unavailable', 'Redis cannot be reached.');
}

/** Without an offline queue, a command that is sent before the connection stands would fail at once. */
const ready = async (redis: Redis): Promise<void> => {
  if (redis.status !== 'ready') await new Promise<void>((resolve) => redis.once('ready', () => resolve()));
};

/** It may be another one than at the start of the process. */
async function refuseUnfit(redis: Redis): Promise<void> {
  const faults = infoFaults(await redis.info());
  if (faults.length > 0) throw new Error(faults.join(' '));
}

/** BullMQ's id must neither contain `:` nor be all digits; the attempt makes a retried task's delivery a new one. */
const bullJobOf = ({ tasks }: Delivery) => ({
  name: 'tasks',
  data: { v: 1, tasks: [...tasks] } satisfies TaskMessage,
  opts: {
    jobId: `${tasks[0]!.id}@${tasks[0]!.attempt}`,
    attempts: 1,
    removeOnComplete: true,
    removeOnFail: true,
  },
});

async function capped<Value>(work: Promise<Value>, capMs: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const cap = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${capMs} ms`)), capMs);
  });
  try {
    return await Promise.race([work, cap]);
  } catch (cause) {
    throw new IntermodalError(
      'store.unavailable',
      'Redis could not be reached; the sweeper will send the tasks.',
      { cause },
    );
  } finally {
    clearTimeout(timer);
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let started: Promise<void> | undefined;
  return () => (started ??= work());
}
