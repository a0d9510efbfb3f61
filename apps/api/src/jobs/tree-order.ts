/**
 * Tasks in the order of the graph, the tasks of an item right after its each: `lines`, `lines[0].heard`, `lines[0].said`,
 * `lines[1].heard` … Rows come in the order in which they were made, so that items stand behind everything of their job.
 */
export function inTreeOrder<Row extends { readonly path: string }>(rows: readonly Row[]): Row[] {
  const children = Map.groupBy(rows, ({ path }) => parentOf(path));
  const from = (parent: string): Row[] =>
    (children.get(parent) ?? []).flatMap((row) => [row, ...from(row.path)]);
  const ordered = from('');
  // Rows whose each is beyond the limit of what is shown.
  return ordered.length === rows.length ? ordered : [...rows];
}

/** `lines[3].words[0].x` -> `lines[3].words`; empty at the top. */
const parentOf = (path: string): string => /^(.*)\[\d+\]\.[^[\].]+$/.exec(path)?.[1] ?? '';
