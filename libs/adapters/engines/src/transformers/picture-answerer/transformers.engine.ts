import { defineEngine, PictureAnswerer } from '@intermodal/models';
import { probeFor, TransformersModel } from '../transformers-model.ts';
import {
  VISION_LANGUAGE,
  type AnswerAboutPicture,
  type AnsweredAboutPicture,
} from '../vision-language/vision-language.ts';

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
        async answer(picture, question, { maxTokens, signal, onText }) {
          const request: AnswerAboutPicture = {
            ...{ kind: 'answer', picture, question, maxTokens, told: onText !== undefined },
          };
          const onPartial = (text: unknown): void => onText?.(text as string);
          return (await opened.call(request, { signal, onPartial })) as AnsweredAboutPicture;
        },
      },
      model: opened.model.id,
      device: opened.device,
      close: () => opened.close(),
    };
  },
});
