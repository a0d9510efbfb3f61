import { isReached, ratioOf, type Figure, type Spread, type Target } from '../figure.ts';
import type { Report, Result } from './report.ts';

/** The table for people; `plots` are names of files beside it. */
export function toMarkdown({ quick, results }: Report, plots: readonly string[]): string {
  const figures = results.flatMap((result) => result.figures);
  return [
    '# The engine, measured',
    '',
    ...(quick ? ['**A quick run: it shows that everything works. These are no figures.**', ''] : []),
    'Written by `npm run bench`; [what each line means](../benchmark.md). Median (least to most) of the rounds.',
    '',
    ...table(figures),
    '',
    ...plots.flatMap((plot) => [`![${plot.replace(/\.svg$/, '')}](${plot})`, '']),
    ...detailsOf(figures),
    ...machinesOf(results),
  ].join('\n');
}

/** One paragraph for each run; a run of everything is one. */
function machinesOf(results: readonly Result[]): string[] {
  const runs = Map.groupBy(results, ({ facts, rounds }) => JSON.stringify([facts, rounds]));
  return [...runs.values()].flatMap((run) => {
    const names = run.map(({ benchmark }) => benchmark).join(', ');
    const facts = Object.entries(run[0]!.facts).map(([name, value]) => `${name} ${value}`);
    const { rounds } = run[0]!;
    return [`${names}: ${rounds} ${rounds === 1 ? 'round' : 'rounds'} · ${facts.join(' · ')}.`, ''];
  });
}

const COLUMNS = ['', 'measured', 'yardstick', 'ratio', 'wanted', ''];

function table(figures: readonly Figure[]): string[] {
  const rows = figures.map((figure) => [
    figure.name,
    `${shownSpread(figure.ours)} ${figure.unit}`,
    figure.yardstick ? `${figure.yardstick.name}: ${shownSpread(figure.yardstick.value)}` : '',
    shownRatio(ratioOf(figure)),
    shownTarget(figure.target),
    { undefined: '', true: 'reached', false: 'missed' }[String(isReached(figure))]!,
  ]);
  return [COLUMNS, COLUMNS.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}

function detailsOf(figures: readonly Figure[]): string[] {
  const lines = figures
    .filter(({ details }) => details)
    .map(({ name, details }) => {
      const shown = Object.entries(details!).map(([what, value]) => `${what} ${value}`);
      return `- ${name}: ${shown.join(', ')}`;
    });
  return lines.length === 0 ? [] : [...lines, ''];
}

const shownSpread = ({ median, least, most, samples }: Spread): string =>
  samples.length === 1 ? shown(median) : `${shown(median)} (${shown(least)} to ${shown(most)})`;

const shownRatio = (ratio: number | undefined): string => (ratio === undefined ? '' : `${ratio.toFixed(2)}x`);

function shownTarget(target: Target | undefined): string {
  if (target === undefined) return '';
  return 'atLeast' in target ? `>= ${target.atLeast}x` : `<= ${target.atMost}x`;
}

/** Three digits that count; the rest is noise. */
const shown = (value: number): string =>
  value >= 1_000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
