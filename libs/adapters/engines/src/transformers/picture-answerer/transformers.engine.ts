import { PictureAnswerer } from '@intermodal/models';
import { TASK_WORDS, type AskOfPicture, type WrittenAnswers } from '../task-words/task-words.ts';
import type { TransformersModel } from '../transformers-model.ts';
import { transformersEngine } from '../transformers-engine.ts';
import { answerAbout } from '../vision-language/answer-about.ts';
import { VISION_LANGUAGE } from '../vision-language/vision-language.ts';

export default transformersEngine(PictureAnswerer, 'image.answer', [VISION_LANGUAGE, TASK_WORDS], (opened) =>
  opened.archetype === TASK_WORDS
    ? // It sees 768 pixels of each edge.
      { maxEdge: 1_536, answer: (...asked) => askByTaskWords(opened, ...asked) }
    : // They cut what is larger into pieces, and see 2,048 pixels of the longer edge at most.
      { maxEdge: 2_048, answer: (...asked) => answerAbout(opened, ...asked) },
);

async function askByTaskWords(
  opened: TransformersModel,
  ...[picture, question, { maxTokens, signal, onText }]: Parameters<PictureAnswerer['answer']>
): ReturnType<PictureAnswerer['answer']> {
  const request: AskOfPicture = {
    ...{ kind: 'ask', picture, question, maxTokens, told: onText !== undefined },
  };
  const onPartial = (text: unknown): void => onText?.(text as string);
  return ((await opened.call(request, { signal, onPartial })) as WrittenAnswers)[0]!;
}
