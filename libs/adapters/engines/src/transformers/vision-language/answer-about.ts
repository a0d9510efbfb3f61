import type { PictureAnswerer } from '@intermodal/models';
import type { TransformersModel } from '../transformers-model.ts';
import type { AnswerAboutPicture, AnsweredAboutPicture } from './vision-language.ts';

/** By a model whose runner answers `answer`. */
export async function answerAbout(
  opened: TransformersModel,
  ...[picture, question, { maxTokens, signal, onText }]: Parameters<PictureAnswerer['answer']>
): Promise<AnsweredAboutPicture> {
  const request: AnswerAboutPicture = {
    ...{ kind: 'answer', picture, question, maxTokens, told: onText !== undefined },
  };
  const onPartial = (text: unknown): void => onText?.(text as string);
  return (await opened.call(request, { signal, onPartial })) as AnsweredAboutPicture;
}
