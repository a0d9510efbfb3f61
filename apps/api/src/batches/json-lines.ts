import { toIntermodalError, type Fault } from '@intermodal/contracts';
import { parseJson } from '../http/body.ts';

/** A row that was read, or why it could not be. */
export type RawRow = { readonly line: number } & ({ readonly value: unknown } | { readonly error: Fault });

/** JSON lines (https://jsonlines.org): one value a line; empty lines are passed over, but counted. */
export function readLines(text: string): RawRow[] {
  const rows: RawRow[] = [];
  for (const [i, content] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries())
    if (content.trim() !== '') rows.push(readLine(i + 1, content));
  return rows;
}

function readLine(line: number, content: string): RawRow {
  try {
    return { line, value: parseJson(content, `Line ${line}`) };
  } catch (error) {
    const { message } = toIntermodalError(error);
    return { line, error: { code: 'input.invalid', message } };
  }
}
