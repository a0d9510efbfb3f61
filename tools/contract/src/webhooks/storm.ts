import { setTimeout as after } from 'node:timers/promises';
import { IntermodalApiError, type IntermodalClient } from '@intermodal/client';
import type { SuiteContext } from '../suite.ts';
import type { Receiver } from './receivers.ts';

/** An endpoint and what is behind it. */
export interface Told {
  readonly id: string;
  readonly secret: string;
  readonly receiver: Receiver;
  /** Ids of the tests it is to get. */
  readonly tests: string[];
}

export interface Storm {
  readonly told: readonly Told[];
  readonly jobs: readonly string[];
  readonly kills: number;
}

export const TESTS_EACH = 53;
export const JOBS = 10;
export const KILLS = 20;
const EVERY_MS = 2_500;

const PIPELINE = {
  name: 'say-it',
  version: 1,
  input: { lines: { type: 'array' } },
  nodes: { written: { stage: 'text.subtitles@1', in: { lines: '$input.lines' } } },
  output: { subtitles: '$written.transcript' },
};

/**
 * Some fifty tests for each endpoint, and ten jobs that are told to all, evenly over the time in which some worker, and the dispatcher in
 * it, is killed twenty times.
 */
export async function storm(
  client: IntermodalClient,
  receivers: readonly Receiver[],
  { stack, signal, say }: Pick<SuiteContext, 'stack' | 'signal' | 'say'>,
): Promise<Storm> {
  const told: Told[] = [];
  for (const receiver of receivers) {
    const { id, secret } = await client.webhooks.create({ url: receiver.url, events: ['job.completed'] });
    told.push({ id, secret, receiver, tests: [] });
  }
  const jobs: string[] = [];
  const workers = stack.names.filter((name) => name.startsWith('worker-'));
  let kills = 0;
  const killing = (async () => {
    for (; kills < KILLS; kills++) {
      await after(EVERY_MS, undefined, { signal });
      const victim = stack.process(workers[Math.floor(Math.random() * workers.length)]!);
      // One that is only just starting tells nobody anything yet.
      await victim.ready();
      await victim.kill();
    }
  })();
  killing.catch(() => {});
  const steps = TESTS_EACH * told.length;
  const startedMs = performance.now();
  for (let step = 0; step < steps; step++) {
    const one = told[step % told.length]!;
    const test = await client.webhooks.test(one.id, { signal }).catch(goneOf(one));
    if (test) one.tests.push(test.id);
    if (step % Math.ceil(steps / JOBS) === 0) {
      const lines = [{ startMs: 0, endMs: 900, heard: `event ${step}`, said: '' }];
      const job = await client.jobs.submit({ pipeline: PIPELINE, input: { lines } }, { signal });
      jobs.push(job.id);
    }
    const ahead = (EVERY_MS * KILLS * (step + 1)) / steps - (performance.now() - startedMs);
    if (ahead > 0) await after(ahead, undefined, { signal });
  }
  await killing;
  say(
    `${told.reduce((sum, { tests }) => sum + tests.length, 0)} tests and ${JOBS} jobs, told to ${told.length} receivers`,
  );
  await Promise.all(workers.map((name) => stack.process(name).ready()));
  for (const id of jobs) await client.jobs.wait(id, { signal });
  return { told, jobs, kills };
}

/** Who has said that it is gone is disabled: that it can be told nothing more is as it should be. */
const goneOf =
  ({ receiver }: Told) =>
  (error: unknown): undefined => {
    const isDisabled = error instanceof IntermodalApiError && error.code === 'webhook.disabled';
    if (receiver.manner !== 'gone' || !isDisabled) throw error;
  };

/** Who did not take everything becomes a good receiver, is enabled, and is sent again what had failed. */
export async function heal(
  client: IntermodalClient,
  { told }: Pick<Storm, 'told'>,
  signal: AbortSignal,
): Promise<void> {
  for (const { id, receiver } of told) {
    receiver.healed = true;
    const moved = receiver.manner === 'bad TLS' ? { url: receiver.plainUrl } : {};
    await client.webhooks.update(id, { enabled: true, ...moved }, { signal });
  }
  for (const { id } of told)
    for (const message of await messagesOf(client, id, 'failed', signal))
      await client.webhooks.redeliver(id, message.id, { signal });
}

type Message = Awaited<ReturnType<IntermodalClient['webhooks']['deliveries']>>['messages'][number];

export async function messagesOf(
  { webhooks }: IntermodalClient,
  id: string,
  status: Message['status'] | undefined,
  signal: AbortSignal,
): Promise<Message[]> {
  const all: Message[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await webhooks.deliveries(
      id,
      { limit: 100, ...(status && { status }), ...(cursor && { cursor }) },
      { signal },
    );
    all.push(...page.messages);
    cursor = page.next;
  } while (cursor !== null);
  return all;
}
