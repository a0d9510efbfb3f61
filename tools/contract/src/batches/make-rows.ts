/** The pipeline of all rows: a model that is quick. */
export const TRANSLATE = {
  name: 'translate-only',
  version: 1,
  input: { text: { type: 'string' } },
  nodes: { said: { stage: 'text.translate@1', in: { text: '$input.text' }, params: { to: 'es' } } },
  output: { text: '$said.text' },
} as const;

const THINGS = ['cat', 'dog', 'house', 'tree', 'book', 'table', 'bridge', 'station', 'ticket', 'train'];

/** Every hundredth is wrong, each in another way than the one before. */
const FAULTS: readonly ((id: string) => string)[] = [
  () => '{"custom_id": "broken", "input": ',
  (id) => JSON.stringify({ custom_id: id, input: { txet: 'x' } }),
  (id) => JSON.stringify({ custom_id: id }),
  () => JSON.stringify({ custom_id: idOf(1), input: { text: 'Again.' } }),
  (id) => JSON.stringify({ custom_id: id, input: { text: 'x' }, speed: 3 }),
  () => '[]',
];
const BAD_EVERY = 100;

export const isBad = (line: number): boolean => line % BAD_EVERY === 0;
export const idOf = (line: number): string => `row-${line}`;

/** What the row of a good line asks for; no two alike. */
export const textOf = (line: number): string => `I see the ${THINGS[line % THINGS.length]} number ${line}.`;

/** JSON lines. @param padding blanks in each, which make a file large and leave what is recorded small */
export function makeLines(rows: number, padding = 0): Blob {
  const blanks = ' '.repeat(padding);
  const lines = Array.from({ length: rows }, (_, i) => {
    const line = i + 1;
    const row = isBad(line)
      ? FAULTS[(line / BAD_EVERY) % FAULTS.length]!(idOf(line))
      : JSON.stringify({ custom_id: idOf(line), input: { text: textOf(line) } });
    return `${blanks}${row}\n`;
  });
  return new Blob(lines);
}
