import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ALERTS, DASHBOARDS, withValues } from '@intermodal/monitoring';
import { sharedFolder } from '@intermodal/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPrometheus, startPrometheus, type RunningPrometheus } from '../prometheus.ts';
import { descendants, startRunningStack, type RunningStack } from '../running-stack.ts';

const RULES = resolve(import.meta.dirname, '../../infra/prometheus/alerts.yaml');
/** What this test does not make happen: nothing here runs a micro-batch, waits for long, puts a model out of memory or fails to answer. */
const NOT_HERE = [/micro_batch/, /model_ends/, /tenant_wait_seconds/, /tenant_share_max/, /5xx\|abandoned/];

/** Without one, everything is done by programs and by what is shipped, in the workers themselves. */
const hasModels = sharedFolder() !== undefined;
if (!hasModels) process.stderr.write('Metrics of models are not asked for: ../shared/models is not here.\n');

const isNotHere = ({ expr, rare }: { readonly expr: string; readonly rare?: true }): boolean =>
  (rare === true && NOT_HERE.some((pattern) => pattern.test(expr))) ||
  (!hasModels && expr.includes('intermodal_model_'));

const isThere = hasPrometheus();
if (!isThere) process.stderr.write('Prometheus is not asked: it is not there (Debian: prometheus).\n');

const queries = DASHBOARDS.flatMap(({ name, panels }) =>
  panels.flatMap(({ title, queries: own }) => own.map((query) => ({ on: `${name}: ${title}`, ...query }))),
);

describe.skipIf(!isThere)('a real Prometheus', () => {
  let stack: RunningStack;
  let prometheus: RunningPrometheus;
  let folder: string;
  const receiver = createServer((_request, response) => void response.end('ok'));

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'intermodal-metrics-'));
    await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
    stack = await startRunningStack();
    const ports = Object.entries(await stack.statusPorts());
    prometheus = await startPrometheus({
      rules: RULES,
      targets: ports.map(([name, port]) => ({
        job: name === 'api' ? 'intermodal-api' : 'intermodal-workers',
        port,
      })),
    });
  });
  afterAll(async () => {
    await prometheus?.[Symbol.asyncDispose]();
    await stack?.stop();
    receiver.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** A question about a picture; one about half a picture; and one request that is refused. */
  async function work(): Promise<void> {
    const hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    const picture = join(folder, 'red.png');
    execFileSync('ffmpeg', [
      ...['-y', '-v', 'error', '-f', 'lavfi', '-i', 'color=c=red:s=320x240', '-frames:v', '1', picture],
    ]);
    const broken = join(folder, 'broken.png');
    await writeFile(broken, (await readFile(picture)).subarray(0, 60));
    const outcomes = [];
    for (const path of [picture, broken]) {
      const { id } = await stack.client.artifacts.upload(path);
      const { id: jobId } = await stack.client.jobs.submit({
        pipeline: 'visual-question-answering',
        input: { image: { artifact: id }, question: 'What colour is the picture?' },
        webhook: { url: hook },
      });
      outcomes.push(
        (await stack.client.jobs.wait(jobId, { pollMs: 50, signal: AbortSignal.timeout(60_000) })).status,
      );
    }
    expect(outcomes).toEqual(['completed', 'failed']);
    await expect(stack.client.jobs.get('job_00000000000000000000000000')).rejects.toThrow();
  }

  test('reaches every process, and finds no id in any label', async () => {
    await work();
    const ports = Object.values(await stack.statusPorts());
    await expect
      .poll(async () => (await prometheus.query('up == 1')).length, { timeout: 20_000 })
      .toBe(ports.length);
    for (const port of ports) {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      expect(text).toMatch(/^# TYPE intermodal_/m);
      expect(text).not.toMatch(/[a-z]+_[0-9a-z]{26}\b|[0-9a-f]{8}-[0-9a-f]{4}-|local|127\.0\.0\.1/);
    }
    // Tenants reach the API, and not this.
    expect((await fetch(`${stack.url}/metrics`)).status).toBe(404);
  });

  test('answers every query of every dashboard', { timeout: 180_000 }, async () => {
    const open = new Map(queries.map((query) => [`${query.on} ${query.legend}`, query]));
    // Rates need two looks at a series that grows between them.
    for (const rounds = Array.from({ length: 40 }); rounds.length > 0; rounds.pop()) {
      await work();
      for (const [key, { expr }] of open)
        if ((await prometheus.query(withValues(expr, '15s'))).length > 0) open.delete(key);
      if ([...open.values()].every(isNotHere)) return;
    }
    expect(
      [...open.values()].filter((query) => !isNotHere(query)).map(({ on, expr }) => `${on}: ${expr}`),
    ).toEqual([]);
  });

  test('counts what was done: attempts, failures by code, webhooks, models', async () => {
    const value = async (expr: string) => Number((await prometheus.query(expr))[0]?.value[1]);
    await expect
      .poll(() => value('sum(intermodal_webhook_attempts_total{outcome="delivered", status="2xx"})'), {
        timeout: 20_000,
      })
      .toBeGreaterThanOrEqual(2);
    expect(await value('sum(intermodal_task_attempts_total{outcome="completed"})')).toBeGreaterThan(2);
    expect(
      await value('sum(intermodal_task_attempts_total{outcome="failed", code="media.unreadable"})'),
    ).toBeGreaterThanOrEqual(1);
    if (hasModels) {
      expect(await value('sum(intermodal_model_loads_total)')).toBeGreaterThanOrEqual(1);
      expect(await value('sum(intermodal_model_memory_bytes)')).toBeGreaterThan(10 * 1024 ** 2);
    }
    expect(
      await value('sum(intermodal_http_requests_total{route="/v1/jobs/:id", method="GET", status="4xx"})'),
    ).toBeGreaterThanOrEqual(1);
    expect(await value('sum(max by (pool) (intermodal_pool_workers))')).toBe(
      Object.keys(await stack.statusPorts()).length - 1,
    );
  });

  test('evaluates every alert, and none that wakes somebody fires', async () => {
    const names = Object.values(ALERTS)
      .flat()
      .map(({ name }) => name);
    interface Rule {
      readonly name: string;
      readonly health: string;
      readonly state: string;
      readonly lastError?: string;
      readonly labels: Readonly<Record<string, string>>;
    }
    const rules = async () =>
      (await prometheus.get<{ groups: { rules: Rule[] }[] }>('rules')).groups.flatMap((group) => group.rules);
    await expect
      .poll(async () => (await rules()).every(({ health }) => health === 'ok'), { timeout: 20_000 })
      .toBe(true);
    const found = await rules();
    expect(found.map(({ name }) => name).sort()).toEqual(names.sort());
    expect(found.filter(({ labels, state }) => labels.severity === 'critical' && state === 'firing')).toEqual(
      [],
    );
  });

  test('without Postgres the gauges of it have no series, and a failure is counted', async () => {
    const { postgres } = await stack.processes();
    const { api } = await stack.statusPorts();
    const text = async () => (await fetch(`http://127.0.0.1:${api}/metrics`)).text();
    const failures = (body: string) =>
      Number(/intermodal_metrics_read_failures_total\{source="records"\} (\d+)/.exec(body)?.[1]);
    const before = await text();
    expect(before).toMatch(/^intermodal_tasks_ready\{/m);
    const all = [postgres!, ...descendants(postgres!)];
    for (const pid of all) process.kill(pid, 'SIGSTOP');
    try {
      await expect.poll(text, { timeout: 30_000 }).not.toMatch(/^intermodal_(tasks_ready|pool_workers)\b/m);
      const during = await text();
      expect(failures(during)).toBeGreaterThan(failures(before));
      expect(during).toMatch(/^intermodal_http_requests_total\{/m);
    } finally {
      for (const pid of all) process.kill(pid, 'SIGCONT');
    }
    await expect.poll(text, { timeout: 30_000 }).toMatch(/^intermodal_tasks_ready\{/m);
  });
});
