import { METRICS, type MetricAbout, type MetricName } from '@intermodal/contracts';
import type { Metrics, Reading } from '@intermodal/pipeline';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface OpenMetrics extends Metrics {
  /** For `/metrics`: everything, in the text form of Prometheus. */
  answer(): Promise<{ readonly status: 200; readonly contentType: string; readonly body: string }>;
}

export interface MetricsOptions {
  readonly from: 'workers' | 'api';
  /** Stand in every series of this process. */
  readonly labels?: Readonly<Record<string, string>>;
}

interface Source {
  readonly name: string;
  readonly gauges: readonly MetricName[];
  readonly read: () => readonly Reading[] | Promise<readonly Reading[]>;
}

/**
 * The metrics of this process: those of the catalogue that it gives, and what prom-client tells of every process of Node
 * (`process_*`, `nodejs_*`: CPU, memory, open files, lag of the event loop, garbage collection).
 */
export function openMetrics({ from, labels = {} }: MetricsOptions): OpenMetrics {
  const registry = new Registry();
  registry.setDefaultLabels(labels);
  collectDefaultMetrics({ register: registry });
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  for (const [name, about] of Object.entries<MetricAbout>(METRICS)) {
    if (about.from !== from && about.from !== 'both') continue;
    const { help } = about;
    const base = { name, help, labelNames: Object.keys(about.labels), registers: [registry] };
    if (about.kind === 'counter') counters.set(name, new Counter(base));
    else if (about.kind === 'gauge') {
      gauges.set(name, new Gauge(base));
      // Nobody has read it yet.
      clear(name, gauges.get(name)!);
    } else histograms.set(name, new Histogram({ ...base, buckets: [...about.buckets!] }));
  }
  const sources: Source[] = [];

  const readOne = async ({ name, gauges: given, read }: Source): Promise<void> => {
    const readings = await Promise.resolve()
      .then(read)
      .catch(() => undefined);
    // What is no longer told has no series: neither a model that left, nor what could not be read.
    for (const name of given) clear(name, gauges.get(name)!);
    if (readings) for (const [gauge, on, value] of readings) gauges.get(gauge)!.set(on, value);
    else counters.get('intermodal_metrics_read_failures_total')!.inc({ source: name });
  };
  let reading: Promise<void> | undefined;

  return {
    count: (name, on, by = 1) => found(counters, name).inc(on, by),
    observe: (name, on, value) => found(histograms, name).observe(on, value),
    readings(source, names, read) {
      for (const name of names) found(gauges, name);
      counters.get('intermodal_metrics_read_failures_total')!.inc({ source }, 0);
      sources.push({ name: source, gauges: names, read });
    },
    async answer() {
      // Two that ask at once see the same reading, and neither sees half of it.
      reading ??= Promise.all(sources.map(readOne)).then(() => (reading = undefined));
      await reading;
      return { status: 200, contentType: registry.contentType, body: await registry.metrics() };
    },
  };
}

/** One without labels is set to 0 by its `reset`. */
function clear(name: string, gauge: Gauge): void {
  if (Object.keys(METRICS[name as MetricName].labels).length === 0) gauge.remove();
  else gauge.reset();
}

function found<Metric>(all: ReadonlyMap<string, Metric>, name: string): Metric {
  const metric = all.get(name);
  if (!metric) throw new Error(`This process does not give ${name}: see its \`from\` in the catalogue.`);
  return metric;
}
