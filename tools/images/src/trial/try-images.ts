import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { IntermodalClient, type JobView, type TaskView } from '@intermodal/client';
import { freePort } from '@intermodal/local-services';
import type { BuiltImage } from '../chroot/build-image.ts';
import { Container } from '../chroot/container.ts';
import { startServices } from './services.ts';

export interface TrialOptions {
  readonly api: BuiltImage;
  readonly workers: BuiltImage;
  readonly folder: string;
  readonly signal: AbortSignal;
  onProgress(what: string): void;
}

/** What was seen; a sentence in `faults` for everything that is not as it should be. */
export interface TrialReport {
  readonly facts: Record<string, unknown>;
  readonly faults: string[];
}

/** What no image has an engine for without a model: in cluster mode they are named, or a worker refuses to start. */
const WITHOUT: Readonly<Record<string, readonly string[]>> = {
  text: ['text.chat', 'text.embed', 'text.summarize'],
};
const POOLS = ['media', 'speech', 'text'] as const;
const HEALTHY_WITHIN_MS = 60_000;
const DRAIN_MS = 20_000;

/** Starts the API and workers from their images, and has them do real work. */
export async function tryImages(options: TrialOptions): Promise<TrialReport> {
  const { api, workers, folder, signal, onProgress } = options;
  const report: TrialReport = { facts: {}, faults: [] };
  await using open = new AsyncDisposableStack();
  onProgress('Postgres, Redis and the store');
  const services = await startServices(folder, open);
  report.facts['artifacts in'] = services.storeName;

  // As a container platform gives secrets: files, which only the user of the image may read.
  const secrets = join(folder, 'secrets');
  mkdirSync(secrets);
  for (const [name, value] of Object.entries({ database: services.databaseUrl, redis: services.redisUrl })) {
    writeFileSync(join(secrets, name), value, { mode: 0o400 });
    chownSync(join(secrets, name), 10001, 10001);
  }
  const common = {
    environment: {
      DATABASE_URL_FILE: '/run/database',
      REDIS_URL_FILE: '/run/redis',
      INTERMODAL_DRAIN_MS: String(DRAIN_MS),
      // Of this machine nothing may be reachable from outside.
      INTERMODAL_HEALTH_HOST: '127.0.0.1',
      ...services.store.environment,
    },
    mounts: [{ source: secrets, target: '/run', readOnly: true }, ...services.store.mounts],
    signal,
  };
  const start = async (image: BuiltImage, name: string, more: Record<string, string>, command?: string[]) => {
    const container = await Container.start({
      ...common,
      ...{ image, name, command, logFile: join(folder, `${name}.log`) },
      environment: { ...common.environment, INTERMODAL_HEALTH_PORT: String(await freePort()), ...more },
    });
    open.defer(() => container.kill());
    const since = performance.now();
    await container.healthy(HEALTHY_WITHIN_MS);
    onProgress(`${name} is healthy after ${((performance.now() - since) / 1_000).toFixed(1)} s`);
    return container;
  };
  const command = (...words: string[]) => Container.run({ ...common, image: api, command: words });

  onProgress('intermodal migrate');
  const { applied } = JSON.parse(await command('intermodal', 'migrate', '--json')) as { applied: string[] };
  report.facts['migrations applied'] = applied.length;
  const { key } = JSON.parse(await command('intermodal', 'keys', 'first', '--json')) as { key: string };
  const port = await freePort();
  const containers = [
    await start(api, 'api', { INTERMODAL_HOST: '127.0.0.1', INTERMODAL_PORT: String(port) }),
  ];
  const startWorker = (pool: string, name = `workers-${pool}`) =>
    start(workers, name, {}, [
      ...['intermodal-worker', '--pool', pool],
      ...(WITHOUT[pool] ?? []).flatMap((stage) => ['--without', stage]),
    ]);
  for (const pool of POOLS) containers.push(await startWorker(pool));

  const client = new IntermodalClient({ url: `http://127.0.0.1:${port}`, key });
  const recording = speak('How much does it cost?', join(folder, 'recording.wav'));
  const submit = async (): Promise<string> => {
    const { id } = await client.artifacts.upload(recording);
    const input = { audio: { artifact: id } };
    return (await client.jobs.submit({ pipeline: 'speech-to-speech', input, params: { to: 'es' } })).id;
  };
  onProgress('a speech-to-speech job');
  const job = await client.jobs.wait(await submit(), { pollMs: 50, signal });
  expectSpanish(job, report);
  look(containers, report);
  await expectReadOnly(containers, report);
  report.facts['orphans that stay zombies'] = await orphans(workers, { ...common, folder }, report);

  onProgress('SIGTERM to the worker of speech while it works');
  const jobs = await Promise.all(Array.from({ length: 6 }, submit));
  const speech = containers[2]!;
  await until(async () => (await tasksOf(client, jobs)).some((task) => isRunning(task, 'speech.')), signal);
  const since = performance.now();
  const code = await speech.stop();
  report.facts['speech worker drained'] = { code, ms: Math.round(performance.now() - since) };
  if (code !== 0) report.faults.push(`The worker ended with ${code} on SIGTERM, and not with 0.`);
  const halfway = await tasksOf(client, jobs);
  if (halfway.some((task) => isRunning(task, 'speech.')))
    report.faults.push('A task is still running for the worker that ended.');
  await startWorker('speech', 'workers-speech-2');
  for (const id of jobs) expectSpanish(await client.jobs.wait(id, { pollMs: 50, signal }), report);
  const again = (await tasksOf(client, jobs)).filter(({ attempt }) => attempt > 1);
  report.facts['tasks done twice'] = again.length;
  if (again.length > 0)
    report.faults.push(`${again.length} tasks were begun twice: draining did not finish them.`);
  const apiCode = await containers[0]!.stop();
  if (apiCode !== 0) report.faults.push(`The API ended with ${apiCode} on SIGTERM, and not with 0.`);
  await expectGone(containers[1]!, report);
  return report;
}

function speak(sentence: string, to: string): string {
  execFileSync('flite', ['-voice', 'slt', '-t', sentence, '-o', to]);
  return to;
}

function expectSpanish(job: JobView, { facts, faults }: TrialReport): void {
  const { lines, audio } = (job.output ?? {}) as { lines?: { said: string }[]; audio?: unknown };
  const said = lines?.map((line) => line.said).join(' ') ?? '';
  facts['said'] = said;
  if (job.status !== 'completed' || !/cu[aá]nto/i.test(said) || !audio)
    faults.push(`The job ${job.status}, and said '${said}': ${JSON.stringify(job.error ?? null)}`);
}

/** Everything inside runs as the user of the image, and nothing that ended waits to be noticed. */
function look(containers: readonly Container[], { facts, faults }: TrialReport): void {
  const seen: Record<string, string> = {};
  for (const container of containers) {
    const inner = container.processes();
    seen[container.name] = inner.map(({ command }) => command).join(', ');
    for (const { command, uid, state } of inner) {
      if (uid !== 10001) faults.push(`${container.name}: ${command} runs as user ${uid}.`);
      if (state === 'Z') faults.push(`${container.name}: ${command} is a zombie.`);
    }
    if (inner.length === 0) faults.push(`${container.name}: no process was seen.`);
  }
  facts['processes'] = seen;
}

async function expectReadOnly(containers: readonly Container[], { faults }: TrialReport): Promise<void> {
  for (const container of containers) {
    const write = (path: string) =>
      container.execute(['/bin/sh', '-c', `: > ${path}`]).then(
        () => true,
        () => false,
      );
    for (const path of ['/app/x', '/etc/x', '/usr/local/bin/x'])
      if (await write(path)) faults.push(`${container.name}: ${path} could be written.`);
    for (const path of ['/tmp/x', '/var/lib/intermodal/x'])
      if (!(await write(path))) faults.push(`${container.name}: ${path} could not be written.`);
  }
}

/** Whoever is ended leaves nothing running. */
async function expectGone(container: Container, { faults }: TrialReport): Promise<void> {
  const inner = container.processes().map(({ pid }) => pid);
  await container.kill();
  for (let looks = 0; looks < 50 && inner.some(isThere); looks++) await after(20);
  const left = inner.filter(isThere);
  if (inner.length === 0 || left.length > 0)
    faults.push(`${container.name}: ${left.length} of ${inner.length} processes outlived it.`);
}

const isThere = (pid: number): boolean => existsSync(`/proc/${pid}`);

/** A process whose parent ends before it, under the init of the image, and under Node as process 1: what is it for? */
async function orphans(
  image: BuiltImage,
  common: {
    mounts: readonly { source: string; target: string }[];
    environment: Record<string, string>;
    signal: AbortSignal;
    folder: string;
  },
  { faults }: TrialReport,
): Promise<Record<string, number>> {
  const command = [
    'node',
    '-e',
    `require('child_process').spawn('sh', ['-c', 'sleep 0.2 & exit']); setInterval(() => {}, 1000)`,
  ];
  const counts: Record<string, number> = {};
  for (const [name, entrypoint] of [
    ['with tini', undefined],
    ['with Node as process 1', []],
  ] as const) {
    const logFile = join(common.folder, 'orphans.log');
    await using container = Object.assign(
      await Container.start({ ...common, image, name, command, entrypoint, logFile }),
      {
        [Symbol.asyncDispose]() {
          return container.kill();
        },
      },
    );
    const hasBegun = (): boolean => container.processes().some(({ command: one }) => one === 'sleep');
    await until(() => Promise.resolve(hasBegun()), common.signal);
    const hasEnded = (): boolean =>
      container.processes().every(({ command: one, state }) => one !== 'sleep' || state === 'Z');
    await until(() => Promise.resolve(hasEnded()), common.signal);
    // Whoever waits for it does so at once, or never.
    for (let looks = 0; looks < 50 && zombiesIn(container) > 0; looks++) await after(20);
    counts[name] = zombiesIn(container);
  }
  if (counts['with tini'] !== 0) faults.push('With tini a zombie stays.');
  if (counts['with Node as process 1'] === 0)
    faults.push('Without tini no zombie stays: the check sees none.');
  return counts;
}

const zombiesIn = (container: Container): number =>
  container.processes().filter(({ state }) => state === 'Z').length;

async function tasksOf(client: IntermodalClient, jobs: readonly string[]): Promise<TaskView[]> {
  const views = await Promise.all(jobs.map((id) => client.jobs.get(id, { tasks: true })));
  return views.flatMap(({ tasks }) => tasks ?? []);
}

const isRunning = ({ stage, status }: TaskView, of: string): boolean =>
  stage !== null && stage.startsWith(of) && status === 'running';

async function until(holds: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  while (!(await holds())) await after(20, undefined, { signal });
}
