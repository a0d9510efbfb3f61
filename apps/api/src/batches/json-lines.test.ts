import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LineSplitter, linesOf, readLine, type FileLine } from './json-lines.ts';

async function all(chunks: readonly Buffer[], from?: { line: number; byte: number }): Promise<FileLine[]> {
  const lines: FileLine[] = [];
  const stream = (async function* () {
    yield* chunks;
  })();
  for await (const line of linesOf(stream, from)) lines.push(line);
  return lines;
}
const shown = (lines: readonly FileLine[]) => lines.map(({ line, content }) => [line, content?.toString()]);

it('gives the same lines however the bytes are cut, and from the end of any of them', async () => {
  const part = fc.constantFrom('{}', ' ', '\t', '\r', '\n', '\r\n', 'é', '"', '7');
  await fc.assert(
    fc.asyncProperty(fc.array(part), fc.array(fc.nat(20)), async (parts, cuts) => {
      const whole = Buffer.from(parts.join(''));
      const expected = whole
        .toString()
        .split('\n')
        .map((content, i) => [i + 1, content])
        .filter(([, content]) => (content as string).trim() !== '');
      const places = [0, ...cuts.map((cut) => Math.min(cut, whole.length)), whole.length].sort(
        (a, b) => a - b,
      );
      const chunks = places.slice(1).map((end, i) => whole.subarray(places[i], end));
      const lines = await all(chunks);
      expect(shown(lines)).toEqual(expected);
      for (const { line, nextByte } of lines) {
        const rest = await all([whole.subarray(nextByte)], { line, byte: nextByte });
        expect(shown(rest)).toEqual(expected.filter(([of]) => (of as number) > line));
      }
    }),
  );
});

it('holds no line that is too long, and goes on after it', () => {
  const splitter = new LineSplitter();
  const lines: FileLine[] = [];
  for (let i = 0; i < 40; i++) lines.push(...splitter.push(Buffer.alloc(65_536, 0x61)));
  lines.push(...splitter.push(Buffer.from('\n{}')), ...splitter.end());
  expect(lines.map(({ line, content }) => [line, content?.length])).toEqual([
    [1, undefined],
    [2, 2],
  ]);
  expect(readLine(lines[0]!)).toMatchObject({ line: 1, error: { code: 'input.too_large' } });
  expect(readLine(lines[1]!)).toEqual({ line: 2, value: {} });
});

it('takes a byte order mark for none', () => {
  const [line] = [...new LineSplitter().push(Buffer.from('\uFEFF7\n'))];
  expect(readLine(line!)).toEqual({ line: 1, value: 7 });
});
