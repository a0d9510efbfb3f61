// What jobs of the shipped pipelines take on this machine, for docs/measured/profiles.json: `npm run learn-profiles`, on a quiet machine.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { IntermodalClient } from '@intermodal/client';
import { sharedFolder } from '@intermodal/testing';

const ROOT = resolve(import.meta.dirname, '../..');
const CLI = join(ROOT, 'apps/cli/dist/main.js');
const PROFILES = join(ROOT, 'docs/measured/profiles.json');
/** As many as `intermodal capacity` learns from. */
const JOBS = 20;
const FIXTURES = {
  'video-to-text': {
    port: 'film',
    files: [
      'video/gcp-googlework_tiny.mp4',
      'video/moviepy-big_buck_bunny_0_30.webm',
      'video/moviepy-chaplin.mp4',
      'video/moviepy-example.mp4',
    ],
    more: {},
  },
  'speech-to-speech': {
    port: 'audio',
    files: ['0001', '0002', '0003', '0004'].map((number) => `speech/LJ001-${number}.wav`),
    more: {},
  },
  'visual-question-answering': {
    port: 'image',
    files: ['coral-pets', 'darknet-dog'].map((name) => `images/${name}.jpg`),
    more: { question: 'What is in this picture?' },
  },
} as const;

const shared = sharedFolder();
if (shared === undefined) {
  process.stderr.write('There is no ../shared beside the repository, so there is nothing to run jobs on.\n');
  process.exitCode = 1;
} else {
  await learn(shared);
}

async function learn(folder: string): Promise<void> {
  await using open = new AsyncDisposableStack();
  const data = await mkdtemp(join(tmpdir(), 'intermodal-profiles-'));
  open.defer(() => rm(data, { recursive: true, force: true }));
  const stack = spawn(process.execPath, [CLI, 'local', '--json', '--port', '0', '--data-dir', data], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, INTERMODAL_MODEL_MIRROR: join(folder, 'models') },
  });
  const ended = once(stack, 'exit');
  open.defer(async () => {
    stack.kill('SIGTERM');
    await ended;
  });
  const [line] = (await once(createInterface({ input: stack.stdout }), 'line')) as [string];
  const { url, key } = JSON.parse(line) as { url: string; key: string };
  const client = new IntermodalClient({ url, key });
  for (const [pipeline, { port, files, more }] of Object.entries(FIXTURES)) {
    // The first opens the engines, and is forgotten. One at a time: what it takes when nobody else is served.
    for (let job = 0; job <= JOBS; job++) {
      const { id: artifact } = await client.artifacts.upload(
        join(folder, 'fixtures', files[job % files.length]!),
      );
      const { id } = await client.jobs.submit({ pipeline, input: { ...more, [port]: { artifact } } });
      const { status, error } = await client.jobs.wait(id);
      if (status !== 'completed') throw new Error(`A job of ${pipeline} is ${status}: ${error?.message}`);
      process.stderr.write(`${pipeline}: ${job} of ${JOBS} jobs\n`);
    }
  }
  const capacity = async (args: readonly string[]): Promise<string> => {
    const environment = { ...process.env, INTERMODAL_URL: url, INTERMODAL_KEY: key };
    return (await promisify(execFile)(process.execPath, [CLI, 'capacity', ...args], { env: environment }))
      .stdout;
  };
  const load = (pipeline: string): string[] => ['--load', `${pipeline}=1000000/hour`];
  const names = Object.keys(FIXTURES);
  await capacity([...names.flatMap(load), '--no-simulate', '--save-profiles', PROFILES]);
  // What the table of docs/capacity.md says.
  for (const name of names) {
    const told = await capacity([...load(name), '--slots', '16', '--no-simulate', '--profiles', PROFILES]);
    process.stdout.write(`\n${name}\n${told}`);
  }
}
