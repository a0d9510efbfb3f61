import { join } from 'node:path';
import { LocalFile } from '@intermodal/contracts';
import type { PipelineRunner } from './pipeline-runner.ts';
import type { AskedOf } from './questions.ts';

export type Verdict =
  /** Answerable, and answered truly. */
  | 'right'
  /** Answerable, and answered falsely. */
  | 'wrong'
  /** Answerable, and it said that it cannot tell. */
  | 'declined'
  /** Not answerable, and it said so. */
  | 'admitted'
  /** Not answerable, and it answered. */
  | 'invented';

export interface Asked {
  readonly picture: string;
  readonly question: string;
  readonly answer: string;
  readonly verdict: Verdict;
}

/** Asks every question of one picture through the shipped pipeline. */
export async function ask(
  runner: PipelineRunner,
  fixtures: string,
  { picture, questions }: AskedOf,
): Promise<Asked[]> {
  const image = new LocalFile(join(fixtures, picture), 'image/*');
  const asked: Asked[] = [];
  for (const [question, truth] of Object.entries(questions)) {
    const { output } = await runner.run('visual-question-answering', { image, question });
    const { answer, answered } = output as { answer: string; answered: boolean };
    asked.push({ picture, question, answer, verdict: judge(answer, answered, truth) });
  }
  await runner.clean();
  return asked;
}

function judge(answer: string, answered: boolean, truth: RegExp | null): Verdict {
  if (truth === null) return answered ? 'invented' : 'admitted';
  if (!answered) return 'declined';
  return truth.test(answer) ? 'right' : 'wrong';
}
