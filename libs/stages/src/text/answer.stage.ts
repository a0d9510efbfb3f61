import { IntermodalError } from '@intermodal/contracts';
import { Answerer } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { Box } from '../vision/look-at.ts';
import { ColourShare, ObjectColours, SeenCode, SeenFace, SeenLine, SeenObject } from '../vision/seen.ts';

const LONGEST_QUESTION_BYTES = 8192;

const Evidence = z.object({
  kind: z.enum(['object', 'absence', 'colour', 'text', 'code', 'face', 'duration', 'transcript']),
  value: z.string(),
  box: Box.optional(),
});

export default defineStage({
  name: 'text.answer',
  version: 1,
  pool: 'text',
  summary:
    'Answers a question from what other stages found, names its evidence, and says what it cannot tell.',
  input: z.object({
    question: z.string().describe('In English, 8 KiB at most'),
    picture: z.object({ width: z.number(), height: z.number() }).nullish().describe('Pixels, as shown'),
    objects: z.array(SeenObject).nullish(),
    detectable: z.array(z.string()).nullish().describe('Every label that the detector can give'),
    scope: z.string().nullish().describe('What the detector says that it is good for'),
    colours: z.array(ColourShare).nullish(),
    objectColours: z.array(ObjectColours).nullish(),
    text: z.array(SeenLine).nullish(),
    codes: z.array(SeenCode).nullish(),
    faces: z.array(SeenFace).nullish(),
    durationMs: z.number().nullish(),
    transcript: z.string().nullish().describe('What is said; empty when nobody speaks'),
  }),
  output: z.object({
    answer: z.string(),
    answered: z.boolean(),
    confidence: z.number().min(0).max(1),
    evidence: z.array(Evidence).describe('What the answer rests on'),
    reason: z.string().nullable().describe('Why it cannot be told, and what could; null when it is answered'),
  }),
  needs: { answerer: Answerer },
  async run({ question, ...facts }, { needs, signal }) {
    if (question.trim() === '')
      throw new IntermodalError('input.invalid', 'The question is empty: ask something about the picture.');
    if (Buffer.byteLength(question) > LONGEST_QUESTION_BYTES)
      throw new IntermodalError(
        'input.too_large',
        `The question is longer than ${LONGEST_QUESTION_BYTES} bytes: ask a shorter one.`,
      );
    const { evidence, ...answer } = await needs.answerer.answer(
      question,
      {
        picture: facts.picture ?? null,
        objects: facts.objects ?? null,
        detectable: facts.detectable ?? null,
        scope: facts.scope ?? null,
        colours: facts.colours ?? null,
        objectColours: facts.objectColours ?? null,
        text: facts.text ?? null,
        codes: facts.codes ?? null,
        faces: facts.faces ?? null,
        durationMs: facts.durationMs ?? null,
        transcript: facts.transcript ?? null,
      },
      { signal },
    );
    return { ...answer, evidence: [...evidence] };
  },
});
