import { PageAnswerer } from '@intermodal/models';
import {
  PICTURE_TO_TEXT,
  type WriteOfPictures,
  type WrittenOfPictures,
} from '../picture-to-text/picture-to-text.ts';
import { transformersEngine } from '../transformers-engine.ts';

/** Of Donut. The question is text to its tokenizer, where signs of its own would be heard as such. */
const promptOf = (question: string): string =>
  `<s_docvqa><s_question>${question.replace(/[<>]/g, ' ')}</s_question><s_answer>`;

export default transformersEngine(PageAnswerer, 'document.answer', [PICTURE_TO_TEXT], (opened) => ({
  // Donut sees 2,560 x 1,920 pixels.
  maxEdge: 2_560,
  async answer(picture, question, { maxTokens, signal, onText }) {
    const request: WriteOfPictures = {
      ...{ kind: 'write', pictures: [picture], maxTokens, prompt: promptOf(question) },
    };
    const { answers } = (await opened.call(request, { signal })) as WrittenOfPictures;
    const { text, isCut } = answers[0]!;
    const answer = text.split('</s_answer>')[0]!.trim();
    onText?.(answer);
    return { text: answer, isCut: isCut && !text.includes('</s_answer>') };
  },
}));
