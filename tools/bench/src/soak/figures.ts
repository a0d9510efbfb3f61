import type { MemorySample } from '@intermodal/trial';
import { spreadOf, type Figure } from '../figure.ts';
import type { ServerSizes } from '../machine/servers.ts';
import { trendOf, valueAt, verdictOf, type Point } from './trend.ts';

export interface ServerSample extends ServerSizes {
  readonly at: number;
}

const MB = 1_000_000;
/** A process that is restarted once a week with every release would not notice it. */
const MB_PER_DAY = 100;
const FILES_PER_DAY = 100;
const PLOTTED = 120;
const MINUTE_MS = 60_000;

/** Of one process: does what it holds after a collection grow, and how many files and sockets has it open. */
export function processFigures(name: string, samples: readonly MemorySample[]): Figure[] {
  const of = (value: (sample: MemorySample) => number): Point[] =>
    samples.map((sample) => [sample.at, value(sample)]);
  const rss = of((sample) => sample.rss / MB);
  const held = of((sample) => sample.held / MB);
  const files = of((sample) => sample.files);
  const heap = growth(`${name}: what it holds after a collection`, 'MB a day', held, MB_PER_DAY);
  const { perHour } = trendOf(rss);
  return [
    {
      ...heap,
      details: {
        ...heap.details,
        'RSS in MB': marks(rss),
        'RSS MB/h': Number(perHour.toFixed(1)),
        sockets: marks(of(({ sockets }) => sockets)),
      },
      series: [
        { title: 'held after a collection', name, unit: 'MB', points: plotted(held) },
        { title: 'RSS', name, unit: 'MB', points: plotted(rss) },
      ],
    },
    growth(`${name}: open files and sockets`, 'a day', files, FILES_PER_DAY),
  ];
}

/** Postgres keeps what was done; nothing else may grow. */
export function serverFigures(samples: readonly ServerSample[], jobs: number): Figure[] {
  const redis = samples.map(({ at, redis }): Point => [at, redis / MB]);
  const postgres = samples.map(({ at, postgres }): Point => [at, postgres / MB]);
  const grown = samples.at(-1)!.postgres - samples[0]!.postgres;
  return [
    {
      ...growth('Redis: memory', 'MB a day', redis, MB_PER_DAY),
      series: [{ title: 'memory of Redis', name: 'Redis', unit: 'MB', points: plotted(redis) }],
    },
    {
      benchmark: 'soak',
      name: 'Postgres: files for each job of the mix',
      unit: 'bytes',
      ours: spreadOf([grown / jobs]),
      details: { 'in MB': marks(postgres) },
    },
  ];
}

function growth(name: string, unit: string, points: readonly Point[], bound: number): Figure {
  const trend = trendOf(points);
  const verdict = verdictOf(trend, bound);
  const perDay = (perHour: number): number => Number((perHour * 24).toFixed(1));
  const { perHour, within } = trend;
  return {
    ...{ benchmark: 'soak', name, unit },
    ours: spreadOf([perHour - within, perHour, perHour + within].map(perDay)),
    yardstick: { name: 'the bound', value: spreadOf([bound]) },
    ...(verdict !== 'too short to tell' && { target: { atMost: 1 } }),
    details: { verdict, 'at 20 %, 60 % and 100 % of the time': marks(points) },
  };
}

const marks = (points: readonly Point[]): string =>
  [0.2, 0.6, 1].map((part) => Number(valueAt(points, part).toFixed(1))).join(', ');

/** Minutes from the first. */
function plotted(points: readonly Point[]): Point[] {
  const step = Math.ceil(points.length / PLOTTED);
  const rounded = (value: number): number => Number(value.toFixed(2));
  return points
    .filter((_, i) => i % step === 0)
    .map(([at, value]) => [rounded((at - points[0]![0]) / MINUTE_MS), rounded(value)]);
}
