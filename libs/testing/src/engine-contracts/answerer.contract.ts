import type { Answerer, Facts, OpenedEngine } from '@intermodal/models';
import { describe, expect, it } from 'vitest';
import { expectAborted, openedForSuite, signal } from './opened.ts';

/** Nothing was looked for. */
export const NO_FACTS: Facts = {
  picture: null,
  objects: null,
  detectable: null,
  scope: null,
  colours: null,
  objectColours: null,
  text: null,
  codes: null,
  faces: null,
  durationMs: null,
  transcript: null,
};

/** What every Answerer does. */
export function answererContract(name: string, open: () => Promise<OpenedEngine<Answerer>>): void {
  describe(`${name} is an Answerer`, () => {
    const { engine } = openedForSuite(open);
    const box = { x: 10, y: 20, width: 30, height: 40 };
    const facts: Facts = {
      ...NO_FACTS,
      picture: { width: 100, height: 100 },
      objects: [{ label: 'dog', score: 0.9, box }],
      detectable: ['dog', 'cat'],
      text: [],
    };
    const ask = (question: string, given = facts) => engine().answer(question, given, { signal });

    it('answers from the facts and names its evidence', async () => {
      expect(await ask('How many dogs are there?')).toEqual({
        answer: expect.stringMatching(/\b(one|1)\b/i) as string,
        answered: true,
        confidence: expect.closeTo(0.9) as number,
        evidence: [{ kind: 'object', value: 'dog', box }],
        reason: null,
      });
      expect(await ask('Is there a cat?')).toMatchObject({
        answer: expect.stringMatching(/^no\b/i) as string,
        answered: true,
      });
    });

    it.each([
      'Is there a unicorn?',
      'Is the dog happy?',
      'Why is there a dog?',
      '?',
      'asdf',
      '😀',
      'x '.repeat(4000),
    ])('does not guess at %.30j', async (question) => {
      expect(await ask(question)).toMatchObject({
        answered: false,
        confidence: 0,
        reason: expect.stringMatching(/^[^\n]+[.]$/) as string,
      });
    });

    it.each([
      'How many dogs are there?',
      'What does it say?',
      'Who is it?',
      'What is said?',
      'What colour is it?',
    ])('says without facts what it would need: %s', async (question) => {
      expect(await ask(question, NO_FACTS)).toMatchObject({ answered: false, evidence: [] });
    });

    it('stops when it is told to', async () => {
      await expectAborted((stop) => engine().answer('Is there a dog?', facts, { signal: stop }));
    });
  });
}
