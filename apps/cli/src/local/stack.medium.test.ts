import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { NodeProcessEvent } from './node-process.ts';
import { startStack, type Stack, type StackOptions } from './stack.ts';

/** A program that behaves as the API and the workers do towards their supervisor. */
const STAND_IN = `
import { writeFileSync } from 'node:fs';
const pool = process.argv[3] ?? 'api';
writeFileSync(process.env.TOLD + '/' + pool + '.json', JSON.stringify(process.env));
if (process.env.FAIL === pool) { console.error('the reason is this'); process.exit(3); }
process.on('SIGTERM', () => { console.log('draining'); setTimeout(() => process.exit(0), 100); });
setInterval(() => {}, 1000);
process.send({ type: 'ready', ...(process.env.INTERMODAL_PORT ? { port: Number(process.env.INTERMODAL_PORT) } : {}) });
`;

let folder: string;
let stacks: Stack[];
let events: NodeProcessEvent[];
let onEvent: (event: NodeProcessEvent) => void;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-stack-'));
  await writeFile(join(folder, 'stand-in.mjs'), STAND_IN);
  await mkdir(join(folder, 'told'));
  stacks = [];
  events = [];
  onEvent = () => {};
});
afterEach(async () => {
  await Promise.all(stacks.map((stack) => stack.stop()));
  await rm(folder, { recursive: true, force: true });
});

async function start(more: Partial<StackOptions> = {}, environment: NodeJS.ProcessEnv = {}): Promise<Stack> {
  const program = join(folder, 'stand-in.mjs');
  const stack = await startStack({
    dataFolder: join(folder, 'data'),
    ephemeral: true,
    port: 0,
    programs: { api: program, workers: program },
    pools: async () => ['speech', 'text'],
    environment: { PATH: '/usr/bin:/bin', TOLD: join(folder, 'told'), ...environment },
    drainMs: 5_000,
    backoffMs: 10,
    onEvent: (event) => {
      events.push(event);
      onEvent(event);
    },
    ...more,
  });
  stacks.push(stack);
  return stack;
}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
const told = async (pool: string): Promise<NodeJS.ProcessEnv> =>
  JSON.parse(await readFile(join(folder, 'told', `${pool}.json`), 'utf8')) as NodeJS.ProcessEnv;

test('starts everything, tells each process where things are, and leaves nothing running', async () => {
  const stack = await start();
  const pids = stack.pids();
  expect(Object.keys(pids).sort()).toEqual(['api', 'postgres', 'redis', 'worker-speech', 'worker-text']);
  expect(stack.key).toMatch(/^im_local_[a-z2-7]{52}$/);
  expect((await stat(join(stack.dataFolder, 'key'))).mode & 0o777).toBe(0o600);
  expect(await told('speech')).toMatchObject({
    INTERMODAL_MODE: 'local',
    INTERMODAL_KEY: stack.key,
    INTERMODAL_DATA_DIR: stack.dataFolder,
    ARTIFACT_FOLDER: join(stack.dataFolder, 'artifacts'),
    DATABASE_URL: expect.stringMatching(/^postgresql:/) as string,
    REDIS_URL: expect.stringMatching(/^redis:/) as string,
  });
  const run = JSON.parse(await readFile(join(stack.dataFolder, 'run.json'), 'utf8')) as object;
  expect(run).toMatchObject({ pid: process.pid, url: stack.url, processes: pids });

  await stack.stop();
  expect(Object.values(pids).filter(alive)).toEqual([]);
  await expect(stat(stack.dataFolder)).rejects.toThrow('ENOENT');
});

test('S3 settings are passed on, and then there is no folder', async () => {
  await start({}, { S3_ENDPOINT: 'http://127.0.0.1:9', S3_BUCKET: 'b' });
  const environment = await told('api');
  expect(environment.S3_BUCKET).toBe('b');
  expect(environment).not.toHaveProperty('ARTIFACT_FOLDER');
});

test('a second stack on the folder says who holds it', async () => {
  const first = await start();
  await expect(start()).rejects.toThrow(`Process ${process.pid} runs Intermodal on`);
  await expect(start()).rejects.toThrow(first.url);
  expect(alive(first.pids().api!)).toBe(true);
});

test('the lock and the data of a killed stack do not stand in the way', async () => {
  await mkdir(join(folder, 'data'), { recursive: true });
  await writeFile(join(folder, 'data', 'lock'), JSON.stringify({ pid: process.pid, started: 'long ago' }));
  await start();
});

test('a crashed worker is started again, and the run file knows', async () => {
  const stack = await start();
  const before = stack.pids()['worker-text']!;
  const again = new Promise<number>((resolve) => {
    onEvent = ({ name, what, pid }) => name === 'worker-text' && what === 'ready' && resolve(pid!);
  });
  process.kill(before, 'SIGKILL');
  const after = await again;
  expect(after).not.toBe(before);
  expect(stack.pids()['worker-text']).toBe(after);
  expect(events).toContainEqual(
    expect.objectContaining({ what: 'ended', detail: expect.stringContaining('SIGKILL') as string }),
  );
});

test('a process that does not start: its last words, and nothing left', async () => {
  const failed = start({}, { FAIL: 'speech' });
  await expect(failed).rejects.toThrow(
    /worker-speech did not start: it ended with code 3[^]*the reason is this/,
  );
  await expect(stat(join(folder, 'data'))).rejects.toThrow('ENOENT');
});
