import type { LoadOptions, Runner } from '../../hosts/runner.ts';
import { OpenedFolder } from '../open-folder.ts';
import { openAnswerer } from './open-answerer.ts';
import type { AnswerAboutPicture } from './vision-language.ts';

export async function load(options: LoadOptions): Promise<Runner> {
  const { answer } = await openAnswerer(new OpenedFolder(options));
  return { handle: (request, call) => answer(request as AnswerAboutPicture, call) };
}
