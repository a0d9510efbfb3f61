/** Rows of an output, [rows, width], as lists of numbers. */
export const rowsOf = ({ data, dims }: { data: Float32Array; dims: readonly number[] }): number[][] => {
  const width = dims.at(-1)!;
  return Array.from({ length: dims[0]! }, (_, row) => [...data.subarray(row * width, (row + 1) * width)]);
};
