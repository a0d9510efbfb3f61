import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, redisUrl } from '@intermodal/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';

// What infra/k8s says, done by real processes on this machine: only addresses, ports and folders are others.
const ROOT = join(import.meta.dirname, '..', '..');
const BASE = join(ROOT, 'infra', 'k8s', 'base');
const PROGRAMS: Readonly<Record<string, string>> = {
  'intermodal-api': 'apps/api/dist/main.js',
  'intermodal-worker': 'apps/workers/dist/main.js',
  intermodal: 'apps/cli/dist/main.js',
};
const SECRETS_FOLDER = '/etc/intermodal/secrets';

interface Probe {
  readonly httpGet: { readonly path: string };
}
interface Container {
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly envFrom: readonly unknown[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
}
interface Resource {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly [Container] } };
    readonly triggers: readonly [
      { readonly metadata: { readonly url: string; readonly valueLocation: string } },
    ];
  };
}

const resources = readdirSync(BASE)
  .filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml')
  .flatMap((name) =>
    parseAllDocuments(readFileSync(join(BASE, name), 'utf8')).map((one) => one.toJS() as Resource),
  );
const containerOf = (kind: string, name: string): Container =>
  resources.find((one) => one.kind === kind && one.metadata.name.startsWith(name))!.spec.template.spec
    .containers[0];
const pools = resources.flatMap(({ kind, metadata: { name } }) =>
  kind === 'Deployment' && name.startsWith('pool-') ? [name] : [],
);

const folder = mkdtempSync(join(tmpdir(), 'intermodal-manifests-'));
let database: Awaited<ReturnType<typeof createDatabase>>;
const started: ChildProcess[] = [];

/** Their models are pulled on a cluster, and cannot be here. */
const PULLED = ['vision.find-faces'];

function start({ args: [program, ...args], env }: Container, name: string): ChildProcess {
  const own = Object.fromEntries(
    env
      .filter((one) => !one.name.startsWith('S3_'))
      .map((one) => [one.name, one.value.replace(SECRETS_FOLDER, join(folder, 'secrets'))] as const),
  );
  const child = fork(join(ROOT, PROGRAMS[program!]!), [...args, ...withoutPulled(program!, env)], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      ...{ PATH: process.env.PATH, HOME: folder },
      ...own,
      ...{ INTERMODAL_DATA_DIR: join(folder, name), ARTIFACT_FOLDER: join(folder, 'artifacts') },
      ...{ INTERMODAL_MODEL_DIR: join(folder, 'models') },
      ...{ INTERMODAL_HOST: '127.0.0.1', INTERMODAL_PORT: '0' },
      ...{ INTERMODAL_HEALTH_HOST: '127.0.0.1', INTERMODAL_HEALTH_PORT: '0' },
    },
  });
  started.push(child);
  return child;
}

function withoutPulled(program: string, env: Container['env']): string[] {
  const pulls = program === 'intermodal-worker' && env.some(({ name }) => name === 'INTERMODAL_MODEL_DIR');
  return pulls ? PULLED.flatMap((stage) => ['--without', stage]) : [];
}

/** Resolves when it serves; rejects with what it said when it ends before. */
async function ready(child: ChildProcess): Promise<number> {
  let said = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (data: Buffer) => (said += data.toString()));
  const [message] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error(`it ended: ${said}`))),
  ])) as [{ statusPort: number }];
  return message.statusPort;
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
  return child.exitCode;
}

const get = async (port: number, path: string) => {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`);
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};

async function answersProbes(container: Container, port: number): Promise<void> {
  for (const probe of [container.startupProbe, container.livenessProbe, container.readinessProbe])
    expect(await get(port, probe.httpGet.path)).toMatchObject({ status: 200 });
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(404);
}

let api: number;
beforeAll(async () => {
  database = await createDatabase();
  mkdirSync(join(folder, 'secrets'));
  const secrets = {
    ...{ DATABASE_URL: database.url, REDIS_URL: redisUrl(), INTERMODAL_SECRET_KEY: 'k'.repeat(64) },
    ...{ S3_ACCESS_KEY_ID: 'unused', S3_SECRET_ACCESS_KEY: 'unused' },
  };
  for (const [name, value] of Object.entries(secrets)) writeFileSync(join(folder, 'secrets', name), value);
  const migrate = start(containerOf('Job', 'migrate'), 'migrate');
  expect(await once(migrate, 'exit')).toEqual([0, null]);
  api = await ready(start(containerOf('Deployment', 'api'), 'api'));
});
afterAll(async () => {
  await Promise.all(started.map(stop));
  await database.drop();
  rmSync(folder, { recursive: true });
});

test('the API starts on what the migration made, and answers its probes', () =>
  answersProbes(containerOf('Deployment', 'api'), api));

describe.each(pools)('%s', (name) => {
  const container = containerOf('Deployment', name);

  test('starts in a cluster with the stages that it is told, answers its probes, and drains when it is told to end', async () => {
    const worker = start(container, name);
    await answersProbes(container, await ready(worker));
    const { url, valueLocation } = scalerOf(name);
    const { body } = await get(api, `${new URL(url).pathname}${new URL(url).search}`);
    expect(body).toMatchObject({ workers: 1, slots: Number(settingOf(container, 'INTERMODAL_SLOTS')) });
    expect(body[valueLocation]).toBe(0);
    expect(await stop(worker)).toBe(0);
  });

  test('is scaled by what a running API answers, also when it has no worker', async () => {
    const { url, valueLocation } = scalerOf(name);
    const { pathname, search } = new URL(url);
    const { status, body } = await get(api, `${pathname}${search}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      pool: name.replace('pool-', ''),
      [valueLocation]: expect.any(Number) as unknown,
    });
    // A number only where there is such a pool.
    expect((await get(api, pathname.replace('/backlog', 'x/backlog'))).status).toBe(404);
  });
});

const scalerOf = (name: string) =>
  resources.find(({ kind, metadata }) => kind === 'ScaledObject' && metadata.name === name)!.spec.triggers[0]
    .metadata;
const settingOf = ({ env }: Container, name: string) => env.find((one) => one.name === name)!.value;
