import type { Asked, Verdict } from './ask.ts';

const VERDICTS: readonly Verdict[] = ['right', 'wrong', 'declined', 'admitted', 'invented'];

export const countsOf = (asked: readonly Asked[]): Readonly<Record<Verdict, number>> =>
  Object.fromEntries(
    VERDICTS.map((verdict) => [verdict, asked.filter((it) => it.verdict === verdict).length]),
  ) as Record<Verdict, number>;

/** One line of figures. */
export function summary(asked: readonly Asked[]): string {
  const { right, wrong, declined, admitted, invented } = countsOf(asked);
  const answerable = right + wrong + declined;
  return (
    `${asked.length} questions about ${new Set(asked.map((it) => it.picture)).size} pictures. ` +
    `Answerable: ${answerable}, of which ${right} answered right (${percent(right, answerable)}), ${wrong} wrong, ` +
    `${declined} declined. Not answerable: ${admitted + invented}, of which ${admitted} admitted and ${invented} invented.`
  );
}

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;

export function toMarkdown(asked: readonly Asked[], seconds: number): string {
  const cell = (text: string) => text.replaceAll('|', '\\|').replace(/\s+/g, ' ').slice(0, 220);
  return [
    '# Visual questions',
    '',
    'Made by `tools/visual-questions`; do not edit. The pictures of `../shared/fixtures` through the pipeline',
    '`visual-question-answering` with the engines yolox-nano, ultraface, tesseract, zxing and facts-answerer. The truth was',
    'written by looking at the pictures. A question is answerable when objects, colours, text, codes or faces can answer it;',
    'whoever answers another one invents.',
    '',
    `**${summary(asked)}**`,
    '',
    `Time for all: ${seconds.toFixed(0)} s on this machine; what is seen in a picture is shared by its questions.`,
    '',
    '| picture | question | verdict | answer |',
    '| --- | --- | --- | --- |',
    ...asked.map((it) => `| ${it.picture} | ${cell(it.question)} | ${it.verdict} | ${cell(it.answer)} |`),
    '',
  ].join('\n');
}
