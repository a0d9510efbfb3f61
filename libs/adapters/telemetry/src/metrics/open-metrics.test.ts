import { METRICS, type MetricAbout } from '@intermodal/contracts';
import { describe, expect, it } from 'vitest';
import { openMetrics } from './open-metrics.ts';

const bodyOf = async (metrics: { answer(): Promise<{ body: string }> }) => (await metrics.answer()).body;

describe('metrics', () => {
  it('gives what was counted and observed, with the labels of the process', async () => {
    const metrics = openMetrics({ from: 'workers', labels: { pool: 'text' } });
    const on = { stage: 'text.shout@1', outcome: 'completed' };
    metrics.count('intermodal_task_attempts_total', { ...on, code: '' });
    metrics.count('intermodal_task_attempts_total', { ...on, code: '' }, 2);
    metrics.observe('intermodal_task_seconds', on, 0.3);
    const body = await bodyOf(metrics);
    expect(body).toContain(
      'intermodal_task_attempts_total{stage="text.shout@1",outcome="completed",code="",pool="text"} 3',
    );
    const bucket = /^intermodal_task_seconds_bucket\{(.*le="0\.5".*)\} 1$/m.exec(body)?.[1];
    expect(bucket?.split(',').sort()).toEqual([
      'le="0.5"',
      'outcome="completed"',
      'pool="text"',
      'stage="text.shout@1"',
    ]);
    expect(body).toContain('nodejs_eventloop_lag_p99_seconds{pool="text"}');
    expect(body).toContain('process_resident_memory_bytes{pool="text"}');
  });

  it('knows what its kind of process gives, and nothing else', async () => {
    for (const from of ['workers', 'api'] as const) {
      const body = await bodyOf(openMetrics({ from }));
      for (const [name, about] of Object.entries<MetricAbout>(METRICS))
        expect(body.includes(`# HELP ${name} ${about.help}\n`), `${name} from ${from}`).toBe(
          about.from === from || about.from === 'both',
        );
    }
    expect(() => openMetrics({ from: 'api' }).observe('intermodal_settled_tasks', {}, 1)).toThrow(
      'does not give intermodal_settled_tasks',
    );
  });

  it('reads gauges when it is asked; what is gone has no series', async () => {
    const metrics = openMetrics({ from: 'workers' });
    let loaded = ['one', 'other'];
    metrics.readings('models', ['intermodal_model_loaded'], () =>
      loaded.map((model) => ['intermodal_model_loaded', { model, device: 'cpu' }, 1]),
    );
    expect(await bodyOf(metrics)).toContain('intermodal_model_loaded{model="one",device="cpu"} 1');
    loaded = ['other'];
    const body = await bodyOf(metrics);
    expect(body).not.toContain('model="one"');
    expect(body).toContain('model="other"');
  });

  it('a reading that fails is a missing series and a count, and never 0; the others stay', async () => {
    const metrics = openMetrics({ from: 'api' });
    expect(await bodyOf(metrics)).not.toMatch(/^intermodal_webhook_breakers_open/m);
    let isAway = false;
    metrics.readings('records', ['intermodal_webhook_breakers_open', 'intermodal_tasks_ready'], async () => {
      if (isAway) throw new Error('away');
      return [
        ['intermodal_webhook_breakers_open', {}, 3],
        ['intermodal_tasks_ready', { pool: 'text', lane: 'batch' }, 5],
      ];
    });
    metrics.count('intermodal_artifact_bytes_total', { direction: 'in' }, 9);
    const before = await bodyOf(metrics);
    expect(before).toContain('intermodal_webhook_breakers_open 3');
    expect(before).toContain('intermodal_metrics_read_failures_total{source="records"} 0');
    isAway = true;
    const during = await bodyOf(metrics);
    expect(during).not.toMatch(/^intermodal_webhook_breakers_open/m);
    expect(during).not.toMatch(/^intermodal_tasks_ready/m);
    expect(during).toContain('intermodal_metrics_read_failures_total{source="records"} 1');
    expect(during).toContain('intermodal_artifact_bytes_total{direction="in"} 9');
    isAway = false;
    expect(await bodyOf(metrics)).toContain('intermodal_webhook_breakers_open 3');
  });
});
