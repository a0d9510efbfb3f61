import { PictureAnswerer } from '@intermodal/models';
import { transformersEngine } from '../transformers-engine.ts';
import { answerAbout } from '../vision-language/answer-about.ts';
import { VISION_LANGUAGE } from '../vision-language/vision-language.ts';

export default transformersEngine(PictureAnswerer, 'image.answer', [VISION_LANGUAGE], (opened) => ({
  // They cut what is larger into pieces, and see 2,048 pixels of the longer edge at most.
  maxEdge: 2_048,
  answer: (picture, question, options) => answerAbout(opened, picture, question, options),
}));
