import { ImageTools, PageAnswerer } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { Answer, answerOf, AnswerParams, checkQuestion, Question } from './answering.ts';

export default defineStage({
  name: 'vision.answer-page',
  version: 1,
  pool: 'vision-models',
  summary: 'Answers a question by what stands on a page.',
  input: Question,
  params: AnswerParams,
  output: Answer,
  // The first need is the engine that is recorded with the result.
  needs: { answerer: PageAnswerer, images: ImageTools },
  limits: { timeoutMs: 300_000 },
  async run({ image, question }, { needs: { answerer, images }, params, signal, partial }) {
    checkQuestion(question);
    const picture = await images.pixels(image.path, { maxEdge: answerer.maxEdge, signal });
    const onText = (text: string) => partial({ answer: text });
    return answerOf(await answerer.answer(picture, question, { ...params, signal, onText }));
  },
});
