import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../exit-codes.ts';
import type { Measure } from './measures.ts';
import { ExpectedThing, type Expectation } from './object-measure.ts';

const Text = z.string().min(1);
const EXPECTED = {
  texts: z.union([Text, z.array(Text).min(1)]),
  // A picture may have nothing in it.
  things: z.array(z.union([Text, ExpectedThing])),
} satisfies Record<Measure['expects'], z.ZodType<Expectation | Expectation[]>>;
const rowSchema = (expects: Measure['expects']) =>
  z.looseObject({
    custom_id: z.string().min(1).max(200).optional(),
    input: z.record(z.string(), z.unknown()),
    expected: EXPECTED[expects] as z.ZodType<Expectation | Expectation[]>,
  });
const LocalFile = z.strictObject({ file: z.string().min(1) });

export interface EvalRow {
  readonly customId: string;
  readonly expected: readonly Expectation[];
  /** The row as a batch takes it. */
  readonly row: Record<string, unknown> & { readonly input: Record<string, unknown> };
  /** Input port -> absolute path of a file that is to be uploaded for it. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Rows of a batch with what is expected of each; `{"file": "…"}` in an input is a file beside the rows.
 * @throws UsageError that names the line
 */
export async function readEvalRows(path: string, { expects }: Pick<Measure, 'expects'>): Promise<EvalRow[]> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new UsageError(`there is no file '${path}' that can be read.`);
  });
  const schema = rowSchema(expects);
  const rows = text
    .split(/\r?\n/)
    .flatMap((line, i) => (line.trim() === '' ? [] : [rowOf(line, i + 1, path, schema)]));
  if (rows.length === 0) throw new UsageError(`${path} has no row.`);
  const known = new Set<string>();
  for (const { customId } of rows) {
    if (known.has(customId)) throw new UsageError(`${path}: the custom_id '${customId}' is there twice.`);
    known.add(customId);
  }
  return rows;
}

function rowOf(line: string, number: number, path: string, schema: ReturnType<typeof rowSchema>): EvalRow {
  const wrong = (what: string): UsageError => new UsageError(`${path}, line ${number}: ${what}`);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw wrong('this is no JSON.');
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw wrong(`'${issue!.path.join('.')}' is missing or not as it should be (${issue!.message}).`);
  }
  const { custom_id: given, expected, input, ...rest } = parsed.data;
  const customId = given ?? `line ${number}`;
  const files = Object.entries(input).flatMap(([port, one]) => {
    const file = LocalFile.safeParse(one);
    return file.success ? [[port, resolve(dirname(path), file.data.file)] as const] : [];
  });
  return {
    customId,
    expected: [expected].flat(),
    row: { ...rest, custom_id: customId, input },
    files: Object.fromEntries(files),
  };
}
