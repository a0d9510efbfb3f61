import { Readable } from 'node:stream';
import { newUuid, showId, type ArtifactRef } from '@intermodal/contracts';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { KEY, LOCAL_TENANT, OTHER_TENANT, startApi, type RunningApi } from '../api.testing.ts';

let api: RunningApi;
let other: Awaited<ReturnType<RunningApi['beside']>>;
const clients: Client[] = [];

beforeAll(async () => {
  api = await startApi();
  other = await api.beside();
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await other.close();
  await api[Symbol.asyncDispose]();
});

/** The official client; each of its requests goes to the other process than the one before. */
async function connect(key = KEY): Promise<Client> {
  let turn = 0;
  const client = new Client({ name: 'test', version: '1' });
  const transport = new StreamableHTTPClientTransport(new URL(`${api.url}/mcp`), {
    requestInit: { headers: { authorization: `Bearer ${key}` } },
    fetch: (url, init) => fetch(turn++ % 2 === 0 ? url : new URL('/mcp', other.url), init),
  });
  await client.connect(transport as never);
  clients.push(client);
  return client;
}

const newest = async () => (await api.records.jobs.list(LOCAL_TENANT, { limit: 1 })).jobs[0];
const inline = { base64: Buffer.from('RIFF\0\0\0\0WAVE').toString('base64'), mediaType: 'audio/wav' };
const submitted = (before: string | undefined) =>
  vi.waitFor(async () => {
    const job = await newest();
    const [task] = job && job.id !== before ? await api.records.jobs.tasks(job.id, 1) : [];
    if (task?.state !== 'ready') throw new Error('not yet');
    return job!.id;
  });

it('offers each pipeline as a tool, and runs it as a job that tells how far it is', async () => {
  const client = await connect();
  const { tools } = await client.listTools();
  expect(tools).toMatchObject([
    {
      name: 'listen',
      description: 'Listens.',
      inputSchema: {
        required: ['input'],
        properties: {
          input: { properties: { audio: { 'x-media-type': 'audio/*' } }, required: ['audio'] },
          params: { properties: { tone: { enum: ['low', 'high'] } } },
        },
      },
    },
  ]);
  const before = (await newest())?.id;
  const told: string[] = [];
  const called = client.callTool(
    { name: 'listen', arguments: { input: { audio: inline }, params: { tone: 'low' } } },
    undefined,
    { onprogress: ({ progress, message }) => told.push(`${progress} ${message}`) },
  );
  const jobId = await submitted(before);
  await api.finish(jobId, { text: 'hello', lines: ['a'] });
  const result = await called;
  expect(result.structuredContent).toEqual({ text: 'hello', lines: ['a'] });
  expect(result._meta).toEqual({ 'intermodal/job': showId('job', jobId) });
  expect(result.content).toEqual([{ type: 'text', text: '{"text":"hello","lines":["a"]}' }]);
  expect(told).toEqual(['1 heard completed']);
});

it("offers a tenant's own pipelines to that tenant", async () => {
  const body = JSON.stringify({
    ...{ name: 'mine', version: 1, summary: 'Mine.', input: { audio: { media: 'audio/*' } } },
    nodes: { heard: { stage: 'test.listen@1', in: { audio: '$input.audio' } } },
    output: { text: '$heard.text' },
  });
  const headers = { 'content-type': 'application/json' };
  expect((await api.ask('/v1/pipelines', { method: 'POST', headers, body })).status).toBe(201);
  const client = await connect();
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['listen', 'mine']);
  const before = (await newest())?.id;
  const called = client.callTool({ name: 'mine', arguments: { input: { audio: inline } } });
  await api.finish(await submitted(before), { text: 'hello', lines: [] });
  expect((await called).structuredContent).toEqual({ text: 'hello' });
});

it('says what is wrong with a call', async () => {
  const client = await connect();
  const bad = await client.callTool({ name: 'listen', arguments: { input: { audoi: 1 } } });
  expect(bad).toMatchObject({
    isError: true,
    content: [{ text: expect.stringMatching(/audoi.*\(input\.invalid\)/s) }],
  });
  const unknown = await client.callTool({ name: 'nope', arguments: {} });
  expect(unknown).toMatchObject({
    isError: true,
    content: [{ text: expect.stringContaining('pipeline.unknown') }],
  });
  await expect(connect(`${KEY}x`)).rejects.toThrow(/401|Unauthorized|key/i);
});

it('cancels the job of a call whose connection is closed', async () => {
  const client = await connect();
  const before = (await newest())?.id;
  const called = client.callTool({ name: 'listen', arguments: { input: { audio: inline } } });
  called.catch(() => {});
  const jobId = await submitted(before);
  await client.close();
  await expect(called).rejects.toThrow();
  await vi.waitFor(async () =>
    expect((await api.records.jobs.get(LOCAL_TENANT, jobId))!.state).toBe('cancelled'),
  );
});

it('gives files as links that can be read, to their tenant only', async () => {
  const client = await connect();
  const store = async (tenantId: string): Promise<ArtifactRef> => {
    const id = newUuid();
    const stored = await api.store.put(id, Readable.from([Buffer.from('PNG')]), {
      ...{ mediaType: 'image/png', maxBytes: 10, signal: new AbortController().signal },
    });
    const artifact = { id: showId('artifact', id), mediaType: 'image/png', name: 'a.png', ...stored };
    await api.records.artifacts.add(tenantId, artifact);
    return artifact;
  };
  const before = (await newest())?.id;
  const picture = await store(LOCAL_TENANT);
  const called = client.callTool({ name: 'listen', arguments: { input: { audio: inline } } });
  await api.finish(await submitted(before), { text: 'hello', lines: [picture] });
  const uri = `intermodal://artifacts/${picture.id}`;
  const data = Buffer.from('PNG').toString('base64');
  expect((await called).content).toMatchObject([
    { type: 'text' },
    { type: 'image', data, mimeType: 'image/png' },
    { type: 'resource_link', uri, name: 'a.png' },
  ]);
  expect((await client.readResource({ uri })).contents).toEqual([{ uri, mimeType: 'image/png', blob: data }]);
  expect((await client.listResourceTemplates()).resourceTemplates).toHaveLength(1);
  const foreign = await store(OTHER_TENANT);
  await expect(client.readResource({ uri: `intermodal://artifacts/${foreign.id}` })).rejects.toThrow(
    /no resource/,
  );
});
