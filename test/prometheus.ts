import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@intermodal/local-services';
import { endChild, spawnBound } from '@intermodal/programs';
import { expect, vi } from 'vitest';

/** Whether Debian's package `prometheus` is there. */
export const hasPrometheus = (): boolean => {
  try {
    execFileSync('prometheus', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [at: number, value: string];
}

export interface RunningPrometheus extends AsyncDisposable {
  /** @throws what Prometheus says, when it does not take the query */
  query(expr: string): Promise<readonly Series[]>;
  get<Data>(path: string): Promise<Data>;
}

/** A real Prometheus on loopback that asks these ports every second. */
export async function startPrometheus(options: {
  readonly rules: string;
  readonly targets: readonly { readonly job: string; readonly port: number }[];
}): Promise<RunningPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'intermodal-prometheus-'));
  const jobs = [...new Set(options.targets.map(({ job }) => job))];
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [options.rules],
    scrape_configs: jobs.map((job) => ({
      job_name: job,
      static_configs: [
        {
          targets: options.targets
            .filter((target) => target.job === job)
            .map(({ port }) => `127.0.0.1:${port}`),
        },
      ],
    })),
  };
  await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config));
  const port = await freePort(0);
  const child = spawnBound(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let complaints = '';
  child.stderr!.on('data', (data: Buffer) => (complaints += data.toString()));
  const get = async <Data>(path: string): Promise<Data> => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`);
    const body = (await answer.json()) as { status: string; error?: string; data: Data };
    if (body.status !== 'success') throw new Error(body.error);
    return body.data;
  };
  const ready = async () => (await fetch(`http://127.0.0.1:${port}/-/ready`).catch(() => undefined))?.status;
  try {
    await vi.waitFor(async () => expect(await ready()).toBe(200), { timeout: 20_000 });
  } catch (error) {
    await endChild(child, { signal: 'SIGTERM', patienceMs: 5_000 });
    await rm(folder, { recursive: true });
    throw new Error(`Prometheus did not start:\n${complaints}`, { cause: error });
  }
  return {
    get,
    async query(expr) {
      const found = await get<{ result: readonly Series[] }>(`query?query=${encodeURIComponent(expr)}`);
      return found.result;
    },
    async [Symbol.asyncDispose]() {
      await endChild(child, { signal: 'SIGTERM', patienceMs: 5_000 });
      await rm(folder, { recursive: true });
    },
  };
}
