import { defineEngine, PictureDescriber, type PictureDescription, type Pixels } from '@intermodal/models';
import {
  PICTURE_TO_TEXT,
  type WriteOfPictures,
  type WrittenOfPictures,
} from '../picture-to-text/picture-to-text.ts';
import { probeFor, TransformersModel } from '../transformers-model.ts';
import { answerAbout } from '../vision-language/answer-about.ts';
import { VISION_LANGUAGE } from '../vision-language/vision-language.ts';

const TASK = 'image.describe';
const ARCHETYPES = [PICTURE_TO_TEXT, VISION_LANGUAGE];

/** What one that can be asked anything is asked. */
const QUESTION = 'Describe this picture in one sentence.';

export default defineEngine(PictureDescriber, {
  name: 'transformers',
  probe: (context) => probeFor(TASK, ARCHETYPES, context),
  open: async (context) => {
    const opened = await TransformersModel.openFor(TASK, ARCHETYPES, context);
    const isAsked = opened.archetype === VISION_LANGUAGE;
    return {
      use: {
        // Those that are made for it see 224 to 384 pixels of the shorter edge.
        maxEdge: isAsked ? 1_536 : 768,
        describe: (pictures, options) =>
          isAsked ? askOfEach(opened, pictures, options) : writeOfAll(opened, pictures, options),
      },
      model: opened.model.id,
      device: opened.device,
      close: () => opened.close(),
    };
  },
});

type Options = Parameters<PictureDescriber['describe']>[1];

async function writeOfAll(
  opened: TransformersModel,
  pictures: readonly Pixels[],
  { maxTokens, signal }: Options,
): Promise<readonly PictureDescription[]> {
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
