#!/usr/bin/env node
import { IntermodalApiError, IntermodalClient, IntermodalUnreachableError } from '@intermodal/client';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { HELP, readOptions, UsageError, type DemoOptions } from './options.ts';
import { progressOn } from './progress.ts';
import { makeRecording } from './recording.ts';
import { jsonOf, report } from './report.ts';
import { saveOutputs } from './save-outputs.ts';

const PIPELINE = 'speech-to-speech';
const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Resolves with the exit code. */
async function demo(options: DemoOptions, stop: AbortSignal): Promise<number> {
  const client = new IntermodalClient(options);
  const folder = resolve(options.out);
  await mkdir(folder, { recursive: true });
  let audio = options.audio;
  if (audio === undefined) {
    audio = join(folder, 'recording.wav');
    const sentences = await makeRecording(audio, stop);
    say(`The recording: “${sentences.join(' ')}”\n  ${audio}\n`);
  }
  const { id: artifact } = await client.artifacts.upload(audio, { signal: stop });
  const { id } = await client.jobs.submit(
    { pipeline: PIPELINE, input: { audio: { artifact } }, params: { from: options.from, to: options.to } },
    { signal: stop },
  );
  say(`${PIPELINE} ${options.from} → ${options.to}, ${id}`);
  const progress = progressOn(process.stdout);
  try {
    const job = await client.jobs.wait(id, {
      signal: stop,
      pollMs: 150,
      onChange: (seen) => progress.show(seen),
    });
    const { outputs, files } = await saveOutputs(client, job.output, folder, stop);
    say('');
    if (job.status === 'completed') say(report(job, files, options));
    else say(`The job ${job.status}: ${job.error?.message ?? ''} (${job.error?.code ?? job.status})`);
    if (options.json) say(JSON.stringify({ jobs: [jsonOf(job, outputs)] }));
    return job.status === 'completed' ? 0 : 1;
  } catch (error) {
    if (stop.aborted) {
      await client.jobs.cancel(id);
      say(`\n${id} is cancelled.`);
    }
    throw error;
  }
}

async function main(): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  try {
    const { INTERMODAL_URL, INTERMODAL_KEY } = process.env;
    const options = readOptions(process.argv.slice(2), { url: INTERMODAL_URL, key: INTERMODAL_KEY });
    if (!options) say(HELP);
    return options ? await demo(options, stop.signal) : 0;
  } catch (error) {
    if (stop.signal.aborted) return 130;
    if (error instanceof UsageError) process.stderr.write(`${error.message}\n`);
    else if (error instanceof IntermodalApiError || error instanceof IntermodalUnreachableError) {
      process.stderr.write(`\n${error.message}\n`);
    } else process.stderr.write(`\n${(error as Error).message}\n`);
    return 1;
  }
}

process.exitCode = await main();
