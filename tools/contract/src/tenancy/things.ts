import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { IntermodalClient } from '@intermodal/client';
import { FINAL_BATCH_STATES, FINAL_JOB_STATES, OPENAI_BASE } from '@intermodal/contracts';
import OpenAI, { toFile } from 'openai';

/** What a path says before the id, and whose id it is. A route with an id that none of these fits has no case: the suite says so. */
export const OWNED: Readonly<Record<string, keyof Things>> = {
  '/v1/jobs/:id': 'job',
  '/v1/batches/:id': 'batch',
  '/v1/artifacts/:id': 'artifact',
  '/v1/webhooks/:id': 'webhook',
  '/v1/keys/:id': 'key',
  '/v1/tenants/:id': 'tenant',
  '/v1/uploads/:id': 'upload',
  [`${OPENAI_BASE}/files/:id`]: 'openAiFile',
  [`${OPENAI_BASE}/batches/:id`]: 'openAiBatch',
};

/** Parameters that name what belongs to nobody. */
export const PUBLIC_PARAMETERS: readonly string[] = ['getPipeline', 'openAiModel'];

/** Ids of one of each thing that a tenant can have. */
export interface Things {
  readonly job: string;
  readonly batch: string;
  readonly artifact: string;
  readonly webhook: string;
  readonly message: string;
  readonly key: string;
  readonly tenant: string;
  readonly upload: string;
  readonly openAiFile: string;
  readonly openAiBatch: string;
}

/** One of each thing, of this tenant; all of it at rest. */
export async function makeThings(
  { url, key, tenant }: { url: string; key: string; tenant: string },
  fixtures: string,
  signal: AbortSignal,
): Promise<Things> {
  const client = new IntermodalClient({ url, key });
  const file = join(fixtures, 'tone.wav');
  const artifact = (await client.artifacts.upload(file, { mediaType: 'audio/wav', signal })).id;
  const input = { audio: { artifact } };
  const job = (await client.jobs.submit({ pipeline: 'speech-to-speech', input }, { signal })).id;
  const rows = [{ custom_id: 'a', input }];
  const batch = (await client.batches.submit({ pipeline: 'speech-to-speech', rows }, { signal })).id;
  await client.jobs.cancel(job, { signal });
  await client.batches.cancel(batch, { signal });
  const openAi = await makeOpenAiBatch(url, key, signal);
  await until(signal, async () => FINAL_JOB_STATES.includes((await client.jobs.get(job, { signal })).status));
  await until(signal, async () =>
    FINAL_BATCH_STATES.includes((await client.batches.get(batch, { signal })).status),
  );
  const own = await client.keys.create({ name: 'to be attacked', scopes: ['jobs:read'] }, { signal });
  const upload = await makeUpload(url, key, signal);
  // When all has ended, so that it is told nothing of that.
  const { webhook, message } = await makeTold(client, signal);
  return { job, batch, artifact, webhook, message, key: own.id, tenant, upload, ...openAi };
}

/** One that was begun, and has no part yet. */
async function makeUpload(url: string, key: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(`${url}/v1/uploads`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ bytes: 20_000_000, mediaType: 'video/mp4' }),
    signal,
  });
  return ((await response.json()) as { id: string }).id;
}

/** A file of one line, and the batch that it is of; cancelled. */
async function makeOpenAiBatch(
  url: string,
  apiKey: string,
  signal: AbortSignal,
): Promise<Pick<Things, 'openAiFile' | 'openAiBatch'>> {
  const openai = new OpenAI({ baseURL: url + OPENAI_BASE, apiKey, maxRetries: 0 });
  const body = { model: 'chat', messages: [{ role: 'user', content: 'hello' }] };
  const line = { custom_id: 'a', method: 'POST', url: '/v1/chat/completions', body };
  const file = await toFile(Buffer.from(JSON.stringify(line)), 'lines.jsonl');
  const { id: openAiFile } = await openai.files.create({ file, purpose: 'batch' }, { signal });
  const asked = {
    input_file_id: openAiFile,
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
  } as const;
  const { id: openAiBatch } = await openai.batches.create(asked, { signal });
  await openai.batches.cancel(openAiBatch, { signal });
  await until(signal, async () => {
    const { status } = await openai.batches.retrieve(openAiBatch, { signal });
    return ['cancelled', 'completed', 'failed'].includes(status);
  });
  return { openAiFile, openAiBatch };
}

/** A webhook that was told something. */
async function makeTold(
  client: IntermodalClient,
  signal: AbortSignal,
): Promise<{ webhook: string; message: string }> {
  const server = createServer((_, response) => response.writeHead(204).end());
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const { id: webhook } = await client.webhooks.create({ url }, { signal });
    const { id: message } = await client.webhooks.test(webhook, { signal });
    await until(signal, async () => {
      const { messages } = await client.webhooks.deliveries(webhook, {}, { signal });
      return messages.every(({ status }) => status === 'delivered');
    });
    return { webhook, message };
  } finally {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
}

/** Looks again and again; the signal ends it, and so does half a minute. */
export async function until(signal: AbortSignal, holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 30_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`Not within half a minute: ${holds.toString()}`);
    await after(50, undefined, { signal });
  }
}
