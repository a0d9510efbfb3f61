import { PictureDescriber, type PictureDescription, type Pixels } from '@intermodal/models';
import type { Archetype } from '../archetype.ts';
import { MULTI_MODALITY } from '../multi-modality/multi-modality.ts';
import { PICTURE_GRID } from '../picture-grid/picture-grid.ts';
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

/** Those that can be asked anything, and so are asked this. */
const ASKED: readonly Archetype[] = [VISION_LANGUAGE, PICTURE_GRID, MULTI_MODALITY];
const QUESTION = 'Describe this picture in one sentence.';

export default transformersEngine(
  PictureDescriber,
  'image.describe',
  [PICTURE_TO_TEXT, ...ASKED, TASK_WORDS],
  (opened) => {
    const isAsked = ASKED.includes(opened.archetype);
    return {
      // Those that are made for it see 224 to 384 pixels of the shorter edge, Janus 384 of the longer one, and others 768 and more.
      maxEdge: [PICTURE_TO_TEXT, MULTI_MODALITY].includes(opened.archetype) ? 768 : 1_536,
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
