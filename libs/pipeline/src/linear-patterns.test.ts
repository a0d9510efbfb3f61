import { describe, expect, test } from 'vitest';
import { checkSubmission } from './check-submission.ts';
import { compile } from './compile/compile.ts';
import { catalogue } from './compile/hear-all.testing.ts';

const check = (schema: object, value: unknown) =>
  checkSubmission(
    compile(
      {
        ...{ name: 'mine', version: 1, output: {} },
        input: { value: schema, audio: { media: 'audio/*', optional: true } },
        nodes: { only: { stage: 'speech.split@1', in: { audio: '$input.audio' } } },
      },
      catalogue,
    ),
    { input: { value }, params: {} },
    catalogue,
  );
const problem = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error;

describe('a pattern of a posted document', () => {
  test('matches what a JSON Schema says it does', () => {
    const pattern = String.raw`^\p{L}+-\d{2,4}$|🎈`;
    for (const text of ['Äpfel-2024', 'two 🎈🎈']) expect(() => check({ pattern }, text)).not.toThrow();
    expect(() => check({ pattern }, 'Äpfel-2')).toThrow(problem('input.invalid', /input\.value: must match/));
    const byName = { type: 'object', patternProperties: { '^n': { type: 'number' } } };
    expect(() => check(byName, { n: 'one' })).toThrow(
      problem('input.invalid', /input\.value\.n: must be number/),
    );
  });

  // With the patterns of JavaScript, neither of them ever ended.
  test.each([{ pattern: '^(a+)+$' }, { patternProperties: { '^(a|a)*$': {} }, pattern: '(.*.*)*=$' }])(
    'cannot keep the process busy: %j',
    (schema) => {
      expect(() => check(schema, `${'a'.repeat(50_000)}!`)).toThrow(problem('input.invalid', /must match/));
    },
  );

  test('of which there are many for a long text is refused', () => {
    const allOf = Array.from({ length: 100 }, (_, i) => ({ pattern: `^a*(b|${i})?` }));
    expect(() => check({ allOf }, 'a'.repeat(100_000))).toThrow(
      problem('input.too_large', /input\.value: The texts are too long/),
    );
  });

  test.each([
    '(?=a)b',
    String.raw`(a)\1`,
    '(',
    '(((a{100}){100}){100})',
    '(a?){1000}'.repeat(10),
    'a'.repeat(20_000),
  ])('that is none is refused: %s', (pattern) => {
    expect(() => check({ pattern }, 'a')).toThrow(
      problem('pipeline.invalid', /input\.value: the JSON Schema cannot be used/),
    );
  });
});

test('a schema that refers to itself without end is refused', () => {
  expect(() => check({ $ref: '#' }, 'a')).toThrow(
    problem('pipeline.invalid', /refers to itself without end/),
  );
});
