import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { IntermodalApiError, IntermodalClient, type JobView } from '@intermodal/client';
import { Cases, defineSuite } from '../suite.ts';

const PIPELINE = {
  name: 'probe-it',
  version: 1,
  input: { media: { media: 'audio/*' } },
  nodes: {
    probed: { stage: 'media.probe@1', in: { media: '$input.media' } },
    again: { stage: 'media.probe@1', in: { media: '$input.media' } },
  },
  output: { length: '$probed.durationMs', same: '$again.durationMs', file: '$input.media' },
};
const MAX_BYTES = 2_000_000;

export default defineSuite({
  name: 'urls',
  summary: 'Files by address: fetched once by a worker, checked, and recorded like any other.',
  async run({ url, keys, stack, fixtures, signal }) {
    const cases = new Cases();
    await using open = new AsyncDisposableStack();
    const tone = await readFile(join(fixtures, 'tone.wav'));
    const asked: string[] = [];
    const inside = await listen(open, (_, response) => response.end('inside'));
    const origin = await listen(open, (request, response) => {
      asked.push(request.url!);
      switch (request.url) {
        case '/tone.wav':
          return response.writeHead(200, { 'content-type': 'audio/x-wav' }).end(tone);
        case '/moved':
          return response.writeHead(302, { location: '/tone.wav' }).end();
        case '/inside':
          return response.writeHead(302, { location: `http://10.0.0.1:${inside.port}/` }).end();
        case '/page':
          return response
            .writeHead(200, { 'content-type': 'audio/wav' })
            .end('<!doctype html><title>x</title>');
        case '/large':
          return response.writeHead(200, { 'content-type': 'audio/wav' }).end(Buffer.alloc(MAX_BYTES + 1));
        case '/late':
          // The first time it is not well.
          if (asked.filter((one) => one === '/late').length > 1) return response.writeHead(200).end(tone);
          return response.writeHead(503).end();
        default:
          return response.writeHead(404).end();
      }
    });
    const restart = async (more?: NodeJS.ProcessEnv): Promise<void> => {
      await stack.end('worker-media');
      await stack.start('worker-media', more);
    };
    open.defer(() => restart());
    await restart({ INTERMODAL_FETCH_MAX_BYTES: String(MAX_BYTES) });
    const client = new IntermodalClient({ url, key: keys.owner });
    const run = (path: string): Promise<JobView> =>
      client.jobs.run(PIPELINE, { media: { url: `http://127.0.0.1:${origin.port}${path}` } }, { signal });

    await cases.check(
      'a file is fetched once for two who need it, and has the bytes that are there',
      async () => {
        const job = await run('/tone.wav');
        assert.equal(job.status, 'completed', JSON.stringify(job.error));
        assert.deepEqual([job.output!.length, job.output!.same], [1_000, 1_000]);
        assert.equal(asked.filter((path) => path === '/tone.wav').length, 1);
        const file = job.output!.file as { id: string; mediaType: string; name: string };
        assert.deepEqual([file.mediaType, file.name], ['audio/wav', 'tone.wav']);
        const answer = await fetch(`${url}/v1/artifacts/${file.id}/content`, {
          headers: { authorization: `Bearer ${keys.owner}` },
        });
        assert.deepEqual(Buffer.from(await answer.arrayBuffer()), tone);
      },
    );
    await cases.check('its lineage says which task of which job made it', async () => {
      const job = await run('/tone.wav');
      const { id } = job.output!.file as { id: string };
      const { madeBy, from } = await client.artifacts.lineage(id, { signal });
      const { engine, ...made } = madeBy!;
      assert.deepEqual(
        [made.job, made.path, made.stage, made.pipeline, engine, from],
        [job.id, 'fetch-media', 'media.fetch@1', 'probe-it@1', 'web', []],
      );
    });
    await cases.check('a redirect is followed', async () => {
      assert.equal((await run('/moved')).status, 'completed');
    });
    await cases.check('a server that is not well is asked again', async () => {
      const job = await run('/late');
      assert.equal(job.status, 'completed', JSON.stringify(job.error));
      assert.ok(job.tasks!.some(({ path, attempt }) => path === 'fetch-media' && attempt === 2));
    });
    for (const [path, code] of [
      ['/none', 'url.not_found'],
      ['/page', 'media.unsupported'],
      ['/large', 'input.too_large'],
    ] as const)
      await cases.check(`${path} fails with ${code}, and names the input`, async () => {
        const { status, error } = await run(path);
        assert.deepEqual([status, error?.code, error?.path], ['failed', code, 'fetch-media']);
        assert.match(error!.message, /^input\.media: /);
      });
    await cases.check('rows of a batch may have addresses or files', async () => {
      const { id: artifact } = await client.artifacts.upload(join(fixtures, 'tone.wav'), {
        mediaType: 'audio/wav',
      });
      const rows = [
        { custom_id: 'a', input: { media: { url: `http://127.0.0.1:${origin.port}/tone.wav` } } },
        { custom_id: 'b', input: { media: { artifact } } },
        { custom_id: 'c', input: { media: { url: `http://127.0.0.1:${origin.port}/none` } } },
      ];
      const batch = await client.batches.submit({ pipeline: PIPELINE, rows }, { signal });
      const { counts } = await client.batches.wait(batch.id, { signal });
      assert.deepEqual([counts.completed, counts.failed], [2, 1]);
    });
    await cases.control('a redirect to a private address is not followed', async () => {
      const { status, error } = await run('/inside');
      assert.deepEqual([status, error?.code], ['failed', 'url.refused']);
      assert.equal(inside.hits(), 0);
    });
    await cases.control('an address that is not public is refused before anything is accepted', async () => {
      for (const address of [
        'http://169.254.169.254/latest/meta-data/',
        'http://10.0.0.1/',
        'file:///etc/passwd',
      ])
        await assert.rejects(
          client.jobs.submit({ pipeline: PIPELINE, input: { media: { url: address } } }, { signal }),
          (error) => error instanceof IntermodalApiError && error.code === 'url.refused',
          address,
        );
    });
    return { cases: cases.list, figures: { requests: asked.length } };
  },
});

async function listen(open: AsyncDisposableStack, listener: RequestListener) {
  let hits = 0;
  const server = createServer(listener);
  server.on('connection', () => (hits += 1));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  open.defer(async () => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, hits: () => hits };
}
