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

export function toMarkdown(asked: readonly Asked[], heldOut: readonly Asked[], seconds: number): string {
  return [
    '# Visual questions',
    '',
    'Made by `tools/visual-questions`; do not edit. The pictures of `../shared/fixtures` through the pipeline',
    '`visual-question-answering` with the engines yolox-nano, ultraface, tesseract, zxing and facts-answerer. The truth was',
    'written by looking at the pictures. A question is answerable when objects, colours, text, codes or faces can answer it;',
    'whoever answers another one invents.',
    '',
    '## In short',
    '',
    `- Questions at hand: **${summary(asked)}** On the first run 60 were answered right (80.0 %), 9 wrong, 6 declined and none`,
    '  invented; then gaps that showed were closed (what detectors confuse, colours of surroundings, resolution for tesseract).',
    `- Held out, with nothing changed for them: **${summary(heldOut)}**`,
    '- A colour is right when it is among those named, up to three; text is right when part of what is written was read.',
    `- Time for all: ${seconds.toFixed(0)} s on this machine; what is seen in a picture is shared by its questions.`,
    '',
    '## Questions at hand',
    '',
    ...table(asked),
    '## Held out',
    '',
    ...table(heldOut),
  ].join('\n');
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ').slice(0, 220);

const table = (asked: readonly Asked[]): string[] => [
  '| picture | question | verdict | answer |',
  '| --- | --- | --- | --- |',
  ...asked.map((it) => `| ${it.picture} | ${cell(it.question)} | ${it.verdict} | ${cell(it.answer)} |`),
  '',
];
