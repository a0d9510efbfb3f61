import { describe, expect, it } from 'vitest';
import { METRICS, METRICS_BY_SUBJECT, type MetricAbout } from './index.ts';

const all = Object.entries<MetricAbout>(METRICS);

describe('the catalogue of metrics', () => {
  it('has every name once, in the form that Prometheus wants', () => {
    const bySubject = Object.values(METRICS_BY_SUBJECT).flatMap((subject) => Object.keys(subject));
    expect(bySubject.length).toBe(all.length);
    for (const [name, { kind, buckets }] of all) {
      expect(name).toMatch(/^intermodal(_[a-z]+)+$/);
      expect(name.endsWith('_total'), name).toBe(kind === 'counter');
      expect(buckets !== undefined, name).toBe(kind === 'histogram');
      // Prometheus makes these of a histogram.
      expect(name).not.toMatch(/_(count|sum|bucket)$/);
      if (buckets) expect(buckets, name).toEqual([...buckets].sort((a, b) => a - b));
    }
  });

  it('names nobody in a label', () => {
    for (const [name, { labels, help }] of all) {
      expect(help, name).toMatch(/\.$/);
      for (const label of Object.keys(labels)) {
        expect(label, name).toMatch(/^[a-z]+$/);
        expect(['id', 'job', 'task', 'tenant', 'key', 'path', 'url', 'le', 'instance']).not.toContain(label);
      }
    }
  });
});
