/** The files of a model by their names, as a repository of Hugging Face has them. */
export type ModelFolder = Readonly<Record<string, Uint8Array>>;

export const jsonFile = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** A table of rows for `Gather`: row i stands for the i-th word. */
export function tableOf(
  rows: number,
  width: number,
  set: (row: number) => readonly (readonly [column: number, value: number])[],
) {
  const data = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++)
    for (const [column, value] of set(row)) data[row * width + column] = value;
  return { dims: [rows, width], data };
}
