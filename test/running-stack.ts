import { spawn, execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { IntermodalClient } from '@intermodal/client';
import { sharedFolder } from '@intermodal/testing';

const ROOT = resolve(import.meta.dirname, '..');

export interface RunningStack {
  readonly client: IntermodalClient;
  readonly url: string;
  readonly key: string;
  readonly folder: string;
  /** Of the processes that live now, by name. */
  processes(): Promise<Record<string, number>>;
  databaseUrl(): Promise<string>;
  /** Where each process answers probes and Prometheus, by name. */
  statusPorts(): Promise<Record<string, number>>;
  /** Task folders that are left; empty when nothing runs. */
  scratch(): string[];
  stop(): Promise<void>;
}

/** The real thing, as `npm start` runs it: supervisor, Postgres, Redis, API, a worker process per pool; leases that end soon. */
export async function startRunningStack(environment: Record<string, string> = {}): Promise<RunningStack> {
  const folder = await mkdtemp(join(tmpdir(), 'intermodal-e2e-'));
  const shared = sharedFolder();
  const child = spawn(
    process.execPath,
    [join(ROOT, 'apps/cli/dist/main.js'), 'local', '--json', '--data-dir', folder, '--port', '0'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        // Beside another stack that starts a process may stall for more than a second.
        INTERMODAL_LEASE_MS: '3000',
        INTERMODAL_HEARTBEAT_MS: '300',
        INTERMODAL_SWEEP_MS: '300',
        ...(shared ? { INTERMODAL_MODEL_MIRROR: join(shared, 'models') } : {}),
        ...environment,
      },
    },
  );
  let complaints = '';
  child.stderr.on('data', (data: Buffer) => (complaints += data.toString()));
  const ended = new Promise<number | null>((done) => child.once('close', done));
  const line = await Promise.race([
    new Promise<string>((done) => createInterface({ input: child.stdout }).once('line', done)),
    ended.then((code) => {
      throw new Error(`The stack ended with ${code} before it was ready:\n${complaints}`);
    }),
  ]);
  const { url, key } = JSON.parse(line) as { url: string; key: string };
  const runFile = async () =>
    JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as {
      processes: Record<string, number>;
      databaseUrl: string;
      statusPorts: Record<string, number>;
    };
  return {
    client: new IntermodalClient({ url, key }),
    url,
    key,
    folder,
    processes: async () => (await runFile()).processes,
    databaseUrl: async () => (await runFile()).databaseUrl,
    statusPorts: async () => (await runFile()).statusPorts,
    scratch: () => {
      const root = join(folder, 'scratch');
      if (!existsSync(root)) return [];
      return readdirSync(root).flatMap((own) => readdirSync(join(root, own)).map((task) => `${own}/${task}`));
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A recording of English sentences with a pause after each, made here. */
export function speak(sentences: readonly string[], to: string): string {
  const parts = sentences.map((sentence, i) => {
    const part = `${to}.${i}.wav`;
    execFileSync('flite', ['-voice', 'slt', '-t', sentence, '-o', part]);
    return part;
  });
  const padded = parts.map((_, i) => `[${i}]apad=pad_dur=0.8[p${i}]`).join(';');
  const joined = `${parts.map((_, i) => `[p${i}]`).join('')}concat=n=${parts.length}:v=0:a=1`;
  const inputs = parts.flatMap((part) => ['-i', part]);
  execFileSync('ffmpeg', ['-v', 'error', ...inputs, '-filter_complex', `${padded};${joined}`, to]);
  return to;
}

/** Every living descendant of a process, itself not included. */
export function descendants(of: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : undefined;
    if (stat && stat.state !== 'Z') parents.set(Number(name), stat.parent);
  }
  const found: number[] = [];
  for (let level = [of]; level.length > 0;) {
    level = [...parents].filter(([, parent]) => level.includes(parent)).map(([pid]) => pid);
    found.push(...level);
  }
  return found;
}

export const isAlive = (pid: number): boolean => {
  const stat = statOf(pid);
  return stat !== undefined && stat.state !== 'Z';
};

function statOf(pid: number): { state: string; parent: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, parent] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: state!, parent: Number(parent) };
  } catch {
    return undefined;
  }
}
