import { PictureAnswerer } from '@intermodal/models';
import type { Archetype } from '../archetype.ts';
import { MULTI_MODALITY } from '../multi-modality/multi-modality.ts';
import { PICTURE_GRID } from '../picture-grid/picture-grid.ts';
import { TASK_WORDS, type AskOfPicture, type WrittenAnswers } from '../task-words/task-words.ts';
import type { TransformersModel } from '../transformers-model.ts';
import { transformersEngine } from '../transformers-engine.ts';
import { answerAbout } from '../vision-language/answer-about.ts';
import { VISION_LANGUAGE } from '../vision-language/vision-language.ts';

/** By what is opened: longer edges are of no use to it, pixels. */
const MAX_EDGES = new Map<Archetype, number>([
  // It cuts what is larger into pieces, and sees 2,048 pixels of the longer edge at most.
  [VISION_LANGUAGE, 2_048],
  // It sees a million pixels at most, whatever the form of the picture.
  [PICTURE_GRID, 2_048],
  // It sees 768 pixels of each edge.
  [TASK_WORDS, 1_536],
  // It sees 384 pixels of the longer edge.
  [MULTI_MODALITY, 768],
]);

export default transformersEngine(PictureAnswerer, 'image.answer', [...MAX_EDGES.keys()], (opened) => ({
  maxEdge: MAX_EDGES.get(opened.archetype)!,
  answer: (...asked) =>
    opened.archetype === TASK_WORDS ? askByTaskWords(opened, ...asked) : answerAbout(opened, ...asked),
}));

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
