import { PictureDescriber, type PictureDescription, type Pixels } from '@intermodal/models';
import {
  PICTURE_TO_TEXT,
  type WriteOfPictures,
  type WrittenOfPictures,
} from '../picture-to-text/picture-to-text.ts';
import type { TransformersModel } from '../transformers-model.ts';
import { transformersEngine } from '../transformers-engine.ts';
import { TASK_WORDS, type DescribePictures, type WrittenAnswers } from '../task-words/task-words.ts';
import { answerAbout } from '../vision-language/answer-about.ts';
import { VISION_LANGUAGE } from '../vision-language/vision-language.ts';

/** What one that can be asked anything is asked. */
const QUESTION = 'Describe this picture in one sentence.';

export default transformersEngine(
  PictureDescriber,
  'image.describe',
  [PICTURE_TO_TEXT, VISION_LANGUAGE, TASK_WORDS],
  (opened) => {
    const isAsked = opened.archetype === VISION_LANGUAGE;
    return {
      // Those that are made for it see 224 to 384 pixels of the shorter edge, and Florence-2 768.
      maxEdge: isAsked || opened.archetype === TASK_WORDS ? 1_536 : 768,
      describe: (pictures, options) =>
        isAsked ? askOfEach(opened, pictures, options) : writeOfAll(opened, pictures, options),
    };
  },
);

type Options = Parameters<PictureDescriber['describe']>[1];

async function writeOfAll(
  opened: TransformersModel,
  pictures: readonly Pixels[],
  { maxTokens, signal }: Options,
): Promise<readonly PictureDescription[]> {
  if (opened.archetype === TASK_WORDS) {
    const asked: DescribePictures = { kind: 'describe', pictures, maxTokens };
    return (await opened.call(asked, { signal })) as WrittenAnswers;
  }
  const request: WriteOfPictures = { kind: 'write', pictures, maxTokens };
  return ((await opened.call(request, { signal })) as WrittenOfPictures).answers;
}

async function askOfEach(
  opened: TransformersModel,
  pictures: readonly Pixels[],
  options: Options,
): Promise<readonly PictureDescription[]> {
  const told: PictureDescription[] = [];
  for (const picture of pictures) told.push(await answerAbout(opened, picture, QUESTION, options));
  return told;
}
