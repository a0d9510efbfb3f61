import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Figure, Spread } from '../figure.ts';

interface Point {
  readonly figure: string;
  readonly at: number;
  readonly side: string;
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** One SVG per benchmark and unit, by file name: lines where figures stand in a row, else bars. */
export async function drawPlots(figures: readonly Figure[]): Promise<Map<string, string>> {
  const groups = Map.groupBy(figures, ({ benchmark, unit }) => `${benchmark} ${unit}`);
  const plots = new Map<string, string>();
  for (const group of groups.values()) {
    const { benchmark, unit } = group[0]!;
    const name = `benchmark-${benchmark}-${unit.replaceAll(/[^a-z]+/g, '-')}.svg`;
    const spec = group.every(({ at }) => at) && group.length > 1 ? lines(group) : bars(group);
    plots.set(name, await new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG());
  }
  return plots;
}

const shared = (group: readonly Figure[]) => ({
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json' as const,
  background: 'white',
  width: 520,
  data: { values: group.flatMap(pointsOf) },
});

/** Half of these stretch over orders of magnitude: from 1,000 waiting tasks to 1,000,000. */
function lines(group: readonly Figure[]): TopLevelSpec {
  const { unit, at } = group[0]!;
  return {
    ...shared(group),
    height: 260,
    layer: [{ mark: { type: 'line', point: true } }, { mark: 'rule', encoding: range('y') }],
    encoding: {
      x: { field: 'at', type: 'quantitative', title: at!.what, scale: { type: 'log' } },
      y: { field: 'median', type: 'quantitative', title: unit, scale: { zero: true } },
      color: { field: 'side', title: null },
    },
  };
}

function bars(group: readonly Figure[]): TopLevelSpec {
  const { unit } = group[0]!;
  return {
    ...shared(group),
    layer: [{ mark: 'bar' }, { mark: 'rule', encoding: range('x') }],
    encoding: {
      y: { field: 'side', title: null, sort: null, axis: { labelLimit: 320 } },
      x: { field: 'median', type: 'quantitative', title: unit },
      color: { field: 'figure', legend: null },
    },
  };
}

const range = (axis: 'x' | 'y') => ({
  [axis]: { field: 'least', type: 'quantitative' as const },
  [`${axis}2`]: { field: 'most' },
});

function pointsOf({ name, at, ours, yardstick }: Figure): Point[] {
  const point = (side: string, { median, least, most }: Spread): Point => ({
    ...{ figure: name, at: at?.value ?? 0, side },
    ...{ median, least, most },
  });
  // Bars are told apart by what they are, lines by whose they are.
  return [
    point(at ? 'Intermodal' : `Intermodal: ${name}`, ours),
    ...(yardstick ? [point(yardstick.name, yardstick.value)] : []),
  ];
}
