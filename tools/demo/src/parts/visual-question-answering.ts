import { writeFile } from 'node:fs/promises';
import { scene } from '../drawing/scene.ts';
import type { Job } from '../job.ts';
import { hanging } from '../text.ts';
import type { Part } from './part.ts';

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What `visual-question-answering` puts out, as far as it is shown. */
interface Told {
  readonly answer: string;
  readonly answered: boolean;
  readonly confidence: number;
  readonly evidence: readonly { readonly kind: string; readonly value: string; readonly box?: Box }[];
  readonly objects: readonly { readonly label: string; readonly score: number }[] | null;
  readonly scope: string | null;
  readonly text: string | null;
  readonly colours: readonly { readonly name: string; readonly share: number }[];
}

export const PRESET_QUESTION = 'What is in the picture?';

export const visualQuestionAnswering: Part = {
  pipeline: 'visual-question-answering',
  title: 'a question about a picture',
  port: 'image',
  option: 'image',
  fileName: 'scene.png',
  async make(path) {
    await writeFile(path, scene());
    return 'A picture, drawn just now: a street with a stop sign, a house, a clock and a board.';
  },
  request: ({ question = PRESET_QUESTION }) => ({ input: { question }, shown: `Question: ${question}` }),
  told: (job) => (job.output ? lines(job.output as unknown as Told) : []),
};

/** Null when the job of a row did not end well. */
export const answerOf = (output: Job['output'] | undefined): Pick<Told, 'answer' | 'answered'> | null =>
  output ? (output as unknown as Told) : null;

const lines = (told: Told): string[] => [
  ...hanging('Answer', told.answer),
  ...hanging('', told.answered ? `${percent(told.confidence)} sure` : 'nothing is made up'),
  ...hanging('Evidence', told.evidence.map(evidenceLine).join('; ') || 'none'),
  ...hanging(
    'Seen',
    told.objects?.map(({ label, score }) => `${label} ${percent(score)}`).join(', ') || 'no thing it knows',
  ),
  ...(told.scope === null ? [] : hanging('', told.scope)),
  ...hanging('Read', told.text ? `“${told.text.replaceAll('\n', ' / ')}”` : 'nothing'),
  ...hanging('Colours', told.colours.map(({ name, share }) => `${name} ${percent(share)}`).join(', ')),
];

const evidenceLine = ({ kind, value, box }: Told['evidence'][number]): string =>
  `${kind} “${value}”${box ? ` at ${[box.x, box.y].map(Math.round).join(', ')}` : ''}`;

const percent = (share: number): string => `${Math.round(share * 100)} %`;
