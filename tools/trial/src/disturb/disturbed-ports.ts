import { newUuid, showId } from '@intermodal/contracts';
import type {
  ArtifactStore,
  Delivery,
  JobRecords,
  Settlement,
  TaskQueue,
  TaskRecords,
  WebhookRecords,
  WebhookSender,
} from '@intermodal/pipeline';
import type { Disturbance } from './disturbance.ts';
import type { Step } from './failpoints.ts';

const NOTHING = { waiting: [], changedJobs: [], expired: 0, unclaimed: 0 };
const STEP_OF = { completed: 'complete', failed: 'fail', released: 'release' } as const satisfies Record<
  Settlement['outcome'],
  Step
>;

/** @param steal makes the task the settler's own, whoever holds it: what a missing fence comes to */
export function disturbedTasks(
  records: TaskRecords,
  { failpoints, effects, without }: Disturbance,
  steal: (settlements: readonly Settlement[]) => Promise<void>,
): TaskRecords {
  return {
    ...records,
    admit: (...given) => failpoints.around(['admit'], () => records.admit(...given)),
    claim: (...given) => failpoints.around(['claim'], () => records.claim(...given)),
    // A beat without a lease is a greeting.
    heartbeat: (worker, leases, unheard) =>
      failpoints.around(leases.length > 0 ? ['heartbeat'] : [], () =>
        records.heartbeat(worker, leases, unheard),
      ),
    async settle(settlements, taker) {
      if (without.has('fence')) await steal(settlements);
      const steps = new Set(settlements.map(({ outcome }) => STEP_OF[outcome]));
      const result = await failpoints.around([...steps], () => records.settle(settlements, taker));
      effects.count('fenced', result.fenced.length);
      return result;
    },
    async sweep(...given) {
      if (without.has('sweeper')) return NOTHING;
      const result = await failpoints.around(['sweep'], () => records.sweep(...given));
      effects.count('sent-again', result.unclaimed);
      return result;
    },
  };
}

export const disturbedQueue = (
  queue: TaskQueue,
  { failpoints, effects, doubled }: Disturbance,
): TaskQueue => ({
  ...queue,
  async send(deliveries) {
    try {
      const copies = doubled ? deliveries.map(copyOf) : [];
      await failpoints.around(['enqueue'], () => queue.send([...deliveries, ...copies]));
      effects.count('doubled-deliveries', copies.length);
    } catch (error) {
      effects.count('sends-failed');
      throw error;
    }
  },
});

/** The same tasks under an id that the transport does not take for the same. */
const copyOf = ({ stage, tasks }: Delivery): Delivery => ({
  stage,
  tasks: tasks.map(({ id, attempt }) => ({ id, attempt: attempt + COPY })),
});
/** More attempts than any task has. */
const COPY = 1_000_000;

/** The methods of a store are on its class. */
export const disturbedStore = (
  store: ArtifactStore,
  { failpoints, effects }: Disturbance,
): ArtifactStore => ({
  async put(...given) {
    try {
      return await failpoints.around(['output'], () => store.put(...given));
    } catch (error) {
      effects.count('puts-failed');
      throw error;
    }
  },
  async open(...given) {
    try {
      return await store.open(...given);
    } catch (error) {
      effects.count('gets-failed');
      throw error;
    }
  },
  direct: store.direct,
  delete: (id) => store.delete(id),
  list: (...given) => store.list(...given),
  databases: () => store.databases(),
  addDatabase: (id) => store.addDatabase(id),
  check: () => store.check(),
  close: () => store.close(),
});

export const disturbedJobs = (records: JobRecords, { failpoints, without }: Disturbance): JobRecords => ({
  ...records,
  submit: (job) =>
    failpoints.around(['submit'], () =>
      records.submit(without.has('idempotency') ? { ...job, idempotency: undefined } : job),
    ),
  cancel: (...given) => failpoints.around(['cancel'], () => records.cancel(...given)),
});

export const disturbedWebhooks = (records: WebhookRecords, { failpoints }: Disturbance): WebhookRecords => ({
  ...records,
  async claim(options) {
    const claimed = await records.claim(options);
    // Asking every now and then whether there is anything is no step.
    return claimed.length > 0 ? failpoints.around(['webhook-claim'], async () => claimed) : claimed;
  },
  settle: (...given) => failpoints.around(['webhook-settle'], () => records.settle(...given)),
});

export const disturbedSender = (
  sender: Pick<WebhookSender, 'send'>,
  { failpoints, without }: Disturbance,
): Pick<WebhookSender, 'send'> => ({
  send: (message, signal) =>
    failpoints.around(['webhook-send'], () =>
      sender.send(
        without.has('message-ids') ? { ...message, id: showId('event', newUuid()) } : message,
        signal,
      ),
    ),
});
