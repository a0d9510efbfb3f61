import { PARTS, type Part, type Row } from './rows.ts';

const [WIDTH, LEFT, RIGHT, TOP, ROW] = [1120, 330, 130, 62, 20];
const PLOT = WIDTH - LEFT - RIGHT;

const COLOURS: Readonly<Record<Part, string>> = {
  claim: '#8a8f98',
  'files in': '#56b4e9',
  engines: '#cc79a7',
  run: '#f0c36d',
  call: '#d55e00',
  'files out': '#0072b2',
  settle: '#009e73',
};

/** Of what is under way. */
const HELD = '#c9ced6';

/** A picture of one trace: a row for each request, attempt and delivery, coloured by what it did. SVG. */
export function waterfall(title: string, rows: readonly Row[]): string {
  const endMs = Math.max(...rows.map((row) => row.endMs), 1);
  const height = TOP + rows.length * ROW + 34;
  const x = (ms: number): number => LEFT + (ms / endMs) * PLOT;
  const ticks = ticksOf(endMs).map(
    (ms) =>
      `<line x1="${n(x(ms))}" x2="${n(x(ms))}" y1="${TOP - 6}" y2="${height - 28}" stroke="#e3e6ea"/>` +
      text(x(ms), height - 12, `${ms / 1_000} s`, 'middle', '#666'),
  );
  const lines = rows.map((row, i) => {
    const y = TOP + i * ROW;
    const bar = (from: number, to: number, colour: string, inset: number): string =>
      `<rect x="${n(x(from))}" y="${y + inset}" width="${n(Math.max(1, x(to) - x(from)))}" height="${ROW - 6 - 2 * (inset - 3)}" fill="${colour}"/>`;
    const bars = row.bars.map(({ part, startMs, endMs: end }) =>
      bar(startMs, end, COLOURS[part], part === 'call' ? 5 : 3),
    );
    return [
      i % 2 === 0 ? `<rect x="0" y="${y}" width="${WIDTH}" height="${ROW}" fill="#f7f8fa"/>` : '',
      text(12, y + 14, row.label, 'start', row.failed ? '#b00020' : '#1c1f23'),
      bar(row.startMs, row.endMs, HELD, 3),
      ...bars,
      text(WIDTH - 12, y + 14, `${row.place}, ${seconds(row.endMs - row.startMs)}`, 'end', '#666'),
    ].join('');
  });
  // The stripes lie below the lines of time.
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    `<text x="12" y="22" font-size="15" font-weight="600" fill="#1c1f23">${escape(title)}</text>`,
    legend(),
    ...lines,
    ...ticks,
    '</svg>',
    '',
  ].join('\n');
}

function legend(): string {
  let x = 12;
  const parts = (Object.entries(PARTS) as [Part, string][]).map(([part, about]) => [COLOURS[part], about]);
  return [...parts, [HELD, 'waits for a slot, or is not divided']]
    .map(([colour, about]) => {
      const at = x;
      x += 34 + about!.length * 7;
      return `<rect x="${at}" y="36" width="11" height="11" fill="${colour}"/>${text(at + 16, 46, about!, 'start', '#444')}`;
    })
    .join('');
}

/** Up to ten round moments. */
function ticksOf(endMs: number): number[] {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000].find(
    (one) => endMs / one <= 10,
  );
  const every = step ?? 600_000;
  return Array.from({ length: Math.floor(endMs / every) + 1 }, (_, i) => i * every);
}

const seconds = (ms: number): string =>
  ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
const n = (value: number): string => value.toFixed(1);
const text = (x: number, y: number, what: string, anchor: string, colour: string): string =>
  `<text x="${n(x)}" y="${y}" text-anchor="${anchor}" fill="${colour}">${escape(what)}</text>`;
const escape = (what: string): string =>
  what.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
