import { defineEngine, PictureAnswerer } from '@intermodal/models';
import { probeFor, TransformersModel } from '../transformers-model.ts';
import { answerAbout } from '../vision-language/answer-about.ts';
import { VISION_LANGUAGE } from '../vision-language/vision-language.ts';

const TASK = 'image.answer';
const ARCHETYPES = [VISION_LANGUAGE];

export default defineEngine(PictureAnswerer, {
  name: 'transformers',
  probe: (context) => probeFor(TASK, ARCHETYPES, context),
  open: async (context) => {
    const opened = await TransformersModel.openFor(TASK, ARCHETYPES, context);
    return {
      use: {
        // They cut what is larger into pieces, and see 2,048 pixels of the longer edge at most.
        maxEdge: 2_048,
        answer: (picture, question, options) => answerAbout(opened, picture, question, options),
      },
      model: opened.model.id,
      device: opened.device,
      close: () => opened.close(),
    };
  },
});
