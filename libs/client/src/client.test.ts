import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { IntermodalApiError, IntermodalClient, IntermodalUnreachableError } from './index.ts';

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
type Step = (response: ServerResponse, seen: Seen) => void;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A loopback server that answers each request by the next step, and complains when there is none. */
async function serve(...steps: Step[]) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = {
        method: request.method!,
        url: request.url!,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      seen.push(one);
      const step = steps[seen.length - 1] ?? ((answer) => json(501, { told: 'nothing' })(answer, one));
      step(response, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { seen, client: new IntermodalClient({ url, key: 'im_local_test', backoffMs: 1 }) };
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Step =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
const problem = (status: number, code: string): Step =>
  json(status, { type: 'about:blank', title: 't', status, code, detail: 'Why.', requestId: 'r1' });
const hangUp: Step = (response) => response.destroy();
const job = { id: 'job_00000000000000000000000001', status: 'queued' };

describe('IntermodalClient', () => {
  it('repeats a submit on a lost connection and on 503, with one idempotency key', async () => {
    const { client, seen } = await serve(hangUp, problem(503, 'store.unavailable'), json(202, job));
    expect(await client.jobs.submit({ pipeline: 'p' })).toEqual(job);
    expect(seen).toHaveLength(3);
    const keys = new Set(seen.map(({ headers }) => headers['idempotency-key']));
    expect(keys.size).toBe(1);
    expect([...keys][0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(seen[0]!.headers.authorization).toBe('Bearer im_local_test');
  });

  it('does not repeat what the server refused', async () => {
    const { client, seen } = await serve(problem(422, 'input.absent'));
    const error = await client.jobs.submit({ pipeline: 'p' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(IntermodalApiError);
    expect(error).toMatchObject({ code: 'input.absent', status: 422, detail: 'Why.', requestId: 'r1' });
    expect(seen).toHaveLength(1);
  });

  it('says when what answers is no Intermodal API, and when nothing answers', async () => {
    const { client } = await serve((response) => response.writeHead(404).end('<html>'));
    await expect(client.jobs.get('x')).rejects.toThrow(/is it an Intermodal API/);
    const nobody = new IntermodalClient({ url: 'http://127.0.0.1:9', key: 'k', attempts: 1 });
    await expect(nobody.jobs.list()).rejects.toBeInstanceOf(IntermodalUnreachableError);
  });

  it('uploads a path with its name, and a stream only once', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'client-'));
    closing.push(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'a b.txt'), 'hello');
    const { client, seen } = await serve(
      hangUp,
      json(201, { id: 'art_1' }),
      problem(503, 'store.unavailable'),
    );
    await client.artifacts.upload(join(folder, 'a b.txt'), { mediaType: 'text/plain' });
    expect(seen[1]).toMatchObject({ url: '/v1/artifacts?name=a+b.txt', body: 'hello' });
    expect(seen[1]!.headers['content-type']).toBe('text/plain');
    await expect(client.artifacts.upload(new Blob(['x']).stream())).rejects.toMatchObject({ status: 503 });
    expect(seen).toHaveLength(3);
  });

  it('downloads to a file that is there only when it is whole', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'client-'));
    closing.push(() => rm(folder, { recursive: true }));
    const { client } = await serve(
      (response) => response.end('whole'),
      (response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('half');
        setImmediate(() => response.destroy());
      },
    );
    await client.artifacts.download('art_1', join(folder, 'new', 'a.txt'));
    expect(await readFile(join(folder, 'new', 'a.txt'), 'utf8')).toBe('whole');
    await expect(client.artifacts.download('art_1', join(folder, 'b.txt'))).rejects.toThrow();
    expect(await readdir(folder)).toEqual(['new']);
  });

  it('runs: uploads blobs, submits, and follows the events to the end, also over a connection that is lost', async () => {
    const done = { ...job, status: 'completed', output: {} };
    const { client, seen } = await serve(
      json(201, { id: 'art_9' }),
      json(202, job),
      // Cut off within an event: what did not arrive whole did not arrive.
      (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(
          'retry: 1\n\nid: 1\nevent: job.running\ndata: {"type":"job.running"}\n\nid: 2\nda',
          () => response.destroy(),
        );
      },
      problem(503, 'store.unavailable'),
      (response) =>
        response
          .writeHead(200, { 'content-type': 'text/event-stream' })
          .end(':\n\nid: 2\ndata: {"type":"task.completed"}\n\nid: 3\ndata: {"type":"job.completed"}\n\n'),
      json(200, done),
    );
    const events: string[] = [];
    const result = await client.jobs.run(
      'p',
      { audio: new Blob(['x'], { type: 'audio/wav' }), text: 'hi' },
      { params: { to: 'es' }, onEvent: ({ id, type }) => events.push(`${id} ${type}`) },
    );
    expect(JSON.parse(seen[1]!.body)).toEqual({
      pipeline: 'p',
      input: { audio: { artifact: 'art_9' }, text: 'hi' },
      params: { to: 'es' },
    });
    expect(events).toEqual(['1 job.running', '2 task.completed', '3 job.completed']);
    expect(seen.slice(2, 5).map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '1', '1']);
    expect(result).toEqual(done);
  });

  it('ends a stream that has nothing more to tell, and gives up when nothing answers for too long', async () => {
    const { client } = await serve((response) => response.writeHead(204).end());
    expect(await client.jobs.events('x', { after: 'end' }).next()).toEqual({ done: true, value: undefined });
    const { client: away } = await serve(hangUp, hangUp, hangUp, hangUp);
    await expect(away.jobs.events('x', { patienceMs: 100 }).next()).rejects.toThrow(
      IntermodalUnreachableError,
    );
    const { client: refused } = await serve(problem(404, 'job.not_found'));
    await expect(refused.batches.events('x').next()).rejects.toThrow('Why.');
  });

  it('stops waiting when its signal says so', async () => {
    const { client } = await serve(json(200, job));
    const stop = new AbortController();
    const waiting = client.jobs.wait('x', {
      signal: stop.signal,
      onChange: () => stop.abort(new Error('enough')),
    });
    await expect(waiting).rejects.toThrow('enough');
  });
});
