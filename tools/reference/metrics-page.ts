import { METRICS_BY_SUBJECT, type MetricAbout } from '@intermodal/contracts';
import { code, table } from './markdown.ts';

const FROM = { workers: 'workers', api: 'API', both: 'workers, API' };

export const metricsPage = (): string =>
  [
    '# Metrics',
    '`GET /metrics` on the status port of every process ([settings](settings.md): `INTERMODAL_HEALTH_PORT`), in the text form of Prometheus. ' +
      'How to scrape them, and what to look at: [metrics](../metrics.md).',
    'No label holds an id, a tenant or anything else that users choose. Series of workers have the label `pool` as well.',
    ...Object.entries(METRICS_BY_SUBJECT).map(([subject, metrics]) => {
      const rows = Object.entries<MetricAbout>(metrics).map(([name, about]) => [
        code(name),
        about.kind + (about.buckets ? `: up to ${about.buckets.join(', ')}` : ''),
        FROM[about.from],
        about.help,
        Object.entries(about.labels)
          .map(([label, what]) => `${code(label)}: ${what}`)
          .join('; '),
      ]);
      return `## ${subject}\n\n${table(['metric', 'kind', 'from', 'what it is', 'labels'], rows)}`;
    }),
    '## The process itself',
    'Beside these, prom-client tells of every process of Node: `process_*` (CPU seconds, resident memory, open files, start) and `nodejs_*` (lag of the event loop, ' +
      'heap, garbage collections, handles).',
  ].join('\n\n');
