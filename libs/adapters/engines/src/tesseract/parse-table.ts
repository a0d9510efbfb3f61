import type { Box, ReadLine } from '@intermodal/models';

/** Below, a word is left out. Of the pictures in ../shared without text, words came with up to 60. */
const SURE_WORD = 60;
/** The mean that the words of a line must have. */
const SURE_LINE = 65;
/** One or two letters on a line of their own are mostly leaves and wires, unless they are very sure. */
const FEWEST_CHARACTERS = 3;
const VERY_SURE = 92;

interface Word {
  readonly line: string;
  readonly text: string;
  readonly confidence: number;
  readonly box: Box;
}

/** tesseract's table (`tsv`) as lines of text: sure words only, in the order of reading. */
export function parseTable(table: string): ReadLine[] {
  const lines = Map.groupBy(table.split('\n').flatMap(wordOf), (word) => word.line);
  return [...lines.values()].filter(isSure).map((words) => ({
    text: words.map((word) => word.text).join(' '),
    confidence: mean(words) / 100,
    box: around(words.map((word) => word.box)),
  }));
}

function wordOf(row: string): Word[] {
  const cells = row.split('\t');
  // level, page, block, paragraph, line, word, left, top, width, height, confidence, text
  if (cells.length !== 12 || cells[0] !== '5') return [];
  const [x, y, width, height, confidence] = cells.slice(6, 11).map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const text = cells[11]!.trim();
  if (confidence < SURE_WORD || !/[\p{L}\p{N}]/u.test(text)) return [];
  return [{ line: cells.slice(1, 5).join('.'), text, confidence, box: { x, y, width, height } }];
}

function isSure(words: readonly Word[]): boolean {
  const characters = words.map((word) => word.text.replace(/[^\p{L}\p{N}]/gu, '')).join('').length;
  return mean(words) >= (characters < FEWEST_CHARACTERS ? VERY_SURE : SURE_LINE);
}

const mean = (words: readonly Word[]): number =>
  words.reduce((sum, word) => sum + word.confidence, 0) / words.length;

function around(boxes: readonly Box[]): Box {
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}
