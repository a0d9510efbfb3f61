import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Figure, Series, Spread } from '../figure.ts';

interface Point {
  readonly figure: string;
  readonly at: number;
  readonly side: string;
  readonly ours: boolean;
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';
const WIDTH = 520;
const OURS = 'Intermodal';

/**
 * By file name, one SVG per benchmark and unit: lines where figures stand in a row, else bars. Of what went over time, one
 * per title in their place.
 */
export async function drawPlots(figures: readonly Figure[]): Promise<Map<string, string>> {
  const plots = new Map<string, string>();
  for (const [benchmark, own] of Map.groupBy(figures, (figure) => figure.benchmark)) {
    const add = async (what: string, spec: TopLevelSpec): Promise<void> => {
      const name = `engine-${benchmark}-${what.toLowerCase().replaceAll(/[^a-z]+/g, '-')}.svg`;
      plots.set(name, await new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG());
    };
    const series = own.flatMap((figure) => figure.series ?? []);
    for (const [title, group] of Map.groupBy(series, (one) => one.title)) await add(title, overTime(group));
    if (series.length > 0) continue;
    for (const [unit, group] of Map.groupBy(own, (figure) => figure.unit))
      await add(unit, group.every(({ at }) => at) && group.length > 1 ? lines(group) : bars(group));
  }
  return plots;
}

function overTime(group: readonly Series[]): TopLevelSpec {
  const { title, unit } = group[0]!;
  return {
    $schema: SCHEMA,
    background: 'white',
    title: { text: title, anchor: 'start' },
    data: {
      values: group.flatMap(({ name, points }) => points.map(([minute, value]) => ({ name, minute, value }))),
    },
    width: WIDTH,
    height: 260,
    mark: 'line',
    encoding: {
      x: { field: 'minute', type: 'quantitative', title: 'minutes' },
      y: { field: 'value', type: 'quantitative', title: unit, scale: { zero: true } },
      color: { field: 'name', title: null },
    },
  };
}

/** On a logarithmic axis: from 1,000 waiting tasks to 1,000,000. */
function lines(group: readonly Figure[]): TopLevelSpec {
  const { unit, at } = group[0]!;
  return {
    $schema: SCHEMA,
    background: 'white',
    data: { values: group.flatMap(pointsOf) },
    width: WIDTH,
    height: 260,
    layer: [{ mark: { type: 'line', point: true } }, { mark: 'rule', encoding: range('y') }],
    encoding: {
      x: {
        field: 'at',
        type: 'quantitative',
        title: at!.what,
        scale: { type: 'log', nice: false },
        axis: { values: group.map((figure) => figure.at!.value) },
      },
      y: { field: 'median', type: 'quantitative', title: unit, scale: { zero: true } },
      color: { field: 'side', title: null },
    },
  };
}

function bars(group: readonly Figure[]): TopLevelSpec {
  const most = Math.max(...group.flatMap(pointsOf).map((point) => point.most));
  return {
    $schema: SCHEMA,
    background: 'white',
    vconcat: group.map((figure) => ({
      title: { text: figure.name, anchor: 'start' as const },
      width: WIDTH,
      data: { values: pointsOf(figure) },
      layer: [{ mark: 'bar' as const }, { mark: 'rule' as const, encoding: range('x') }],
      encoding: {
        y: { field: 'side', title: null, sort: null, axis: { labelLimit: 400 } },
        x: {
          field: 'median',
          type: 'quantitative' as const,
          title: figure.unit,
          scale: { domain: [0, most] },
        },
        color: { field: 'ours', legend: null },
      },
    })),
  };
}

const range = (axis: 'x' | 'y') => ({
  [axis]: { field: 'least', type: 'quantitative' as const },
  [`${axis}2`]: { field: 'most' },
});

function pointsOf({ name, at, ours, yardstick }: Figure): Point[] {
  const point = (side: string, { median, least, most }: Spread): Point => ({
    ...{ figure: name, at: at?.value ?? 0, side, ours: side === OURS },
    ...{ median, least, most },
  });
  return [point(OURS, ours), ...(yardstick ? [point(yardstick.name, yardstick.value)] : [])];
}
