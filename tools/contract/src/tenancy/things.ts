import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { IntermodalClient } from '@intermodal/client';
import { FINAL_BATCH_STATES, FINAL_JOB_STATES, ROUTES } from '@intermodal/contracts';

/** What a path says before the id, and whose id it is. A route with an id that none of these fits has no case: the suite says so. */
export const OWNED: Readonly<Record<string, keyof Things>> = {
  '/v1/jobs/:id': 'job',
  '/v1/batches/:id': 'batch',
  '/v1/artifacts/:id': 'artifact',
  '/v1/webhooks/:id': 'webhook',
  '/v1/keys/:id': 'key',
  '/v1/tenants/:id': 'tenant',
  '/v1/uploads/:id': 'upload',
  '/openai/v1/files/:id': 'openAiFile',
  '/openai/v1/batches/:id': 'openAiBatch',
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

/** The same file and batch, as OpenAI's clients name them. */
export const asOpenAi = ({ artifact, batch }: Pick<Things, 'artifact' | 'batch'>) => ({
  openAiFile: artifact.replace('art_', 'file-'),
  openAiBatch: batch.replace('bat_', 'batch_'),
});

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
  const { webhook, message } = await makeTold(client, signal);
  await until(signal, async () => FINAL_JOB_STATES.includes((await client.jobs.get(job, { signal })).status));
  await until(signal, async () =>
    FINAL_BATCH_STATES.includes((await client.batches.get(batch, { signal })).status),
  );
  const own = await client.keys.create({ name: 'to be attacked', scopes: ['jobs:read'] }, { signal });
  return {
    job,
    batch,
    artifact,
    webhook,
    message,
    key: own.id,
    tenant,
    upload: await beginUpload(url, key, signal),
    ...asOpenAi({ artifact, batch }),
  };
}

/** One that waits for its bytes, and is never finished. */
async function beginUpload(url: string, key: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(`${url}/v1/uploads`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(ROUTES.createUpload.body['application/json'].example),
    signal,
  });
  if (!response.ok) throw new Error(`No upload begins: ${await response.text()}`);
  return ((await response.json()) as { id: string }).id;
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
