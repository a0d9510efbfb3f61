import type { Answerer, Facts } from '@intermodal/models';
import { runStage } from '@intermodal/testing';
import { describe, expect, it } from 'vitest';
import stage from './answer.stage.ts';

const asked: Facts[] = [];
const answerer: Answerer = {
  answer: async (_question, facts) => {
    asked.push(facts);
    return {
      answer: 'Yes.',
      answered: true,
      confidence: 1,
      evidence: [{ kind: 'object', value: 'dog' }],
      reason: null,
    };
  },
};
const options = { needs: { answerer } };

describe('text.answer', () => {
  it('hands on what there is, and null for what nobody looked for', async () => {
    await using it = await runStage(
      stage,
      { question: 'Is there a dog?', objects: [], codes: null },
      options,
    );
    expect(it.output).toMatchObject({ answer: 'Yes.', evidence: [{ kind: 'object', value: 'dog' }] });
    expect(asked).toMatchObject([{ objects: [], codes: null, faces: null, transcript: null }]);
  });

  it.each([
    ['', 'input.invalid'],
    [' \n ', 'input.invalid'],
    ['é'.repeat(4097), 'input.too_large'],
  ])('refuses %.10j', async (question, code) => {
    await expect(runStage(stage, { question }, options)).rejects.toMatchObject({ code });
  });

  it('takes a question of 8 KiB', async () => {
    await using it = await runStage(stage, { question: 'é'.repeat(4096) }, options);
    expect(it.output.answered).toBe(true);
  });
});
