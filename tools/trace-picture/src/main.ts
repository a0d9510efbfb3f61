import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { IntermodalClient } from '@intermodal/client';
import { makeFilm } from '@intermodal/demo/film';
import { startOtlpReceiver } from '@intermodal/testing';
import { rowsOf } from './rows.ts';
import { waterfall } from './waterfall.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const PICTURE = join(ROOT, 'docs/pictures/trace-video-to-text.svg');
/** Processes send once a second; the last spans may come that much later than the delivery. */
const LAST_SPANS_MS = 3_000;

/**
 * Draws docs/pictures/trace-video-to-text.svg: the trace of one job `video-to-text` about a film that it makes, through a stack of its own
 * with a webhook, as an OTLP receiver got it.
 *
 *   npm run trace-picture [FILM]
 */
async function main(given: string | undefined): Promise<void> {
  await using parts = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'intermodal-trace-'));
  parts.defer(() => rm(folder, { recursive: true, force: true }));
  const film = given ?? join(folder, 'film.mp4');
  if (given === undefined) await makeFilm(film, new AbortController().signal);
  const receiver = parts.use(await startOtlpReceiver());
  const webhook = createServer((request, response) => request.resume().once('end', () => response.end()));
  await once(webhook.listen(0, '127.0.0.1'), 'listening');
  parts.defer(() => void webhook.close());

  const stack = spawn(
    process.execPath,
    [
      join(ROOT, 'apps/cli/dist/main.js'),
      'local',
      '--json',
      '--port',
      '0',
      '--data-dir',
      join(folder, 'data'),
    ],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
    },
  );
  const ended = once(stack, 'exit');
  parts.defer(async () => {
    stack.kill('SIGTERM');
    await ended;
  });
  const [line] = (await once(createInterface({ input: stack.stdout }), 'line')) as [string];
  const client = new IntermodalClient(JSON.parse(line) as { url: string; key: string });
  const { port } = webhook.address() as AddressInfo;
  const run = async (): Promise<{ id: string; seconds: number }> => {
    const { id: artifact } = await client.artifacts.upload(film);
    const begun = performance.now();
    const { id } = await client.jobs.submit({
      pipeline: 'video-to-text',
      input: { film: { artifact } },
      webhook: { url: `http://127.0.0.1:${port}/` },
    });
    const job = await client.jobs.wait(id, { pollMs: 100 });
    if (job.status !== 'completed') throw new Error(`The job is ${job.status}: ${job.error?.message}`);
    return { id, seconds: (performance.now() - begun) / 1_000 };
  };
  // The first one opens the engines; the second is what a job costs.
  await run();
  const { id, seconds } = await run();
  await delay(LAST_SPANS_MS);

  const { traceId } = receiver.spans.find(
    ({ name, attributes }) => name === 'submit job' && attributes['intermodal.job.id'] === id,
  )!;
  const spans = receiver.spans.filter((span) => span.traceId === traceId);
  const rows = rowsOf(spans);
  await mkdir(resolve(PICTURE, '..'), { recursive: true });
  await writeFile(PICTURE, waterfall('One video-to-text job: from the request to the webhook', rows));
  process.stdout.write(
    `${spans.length} spans of one trace, ${rows.length} rows, ${seconds.toFixed(1)} s: ${PICTURE}\n`,
  );
}

await main(process.argv[2]);
