import { expect, test } from 'vitest';
import { checkSubmission } from './check-submission.ts';
import { compile } from './compile/compile.ts';
import { catalogue, document } from './compile/hear-all.testing.ts';

const audio = { artifact: 'art_00000000000000000000000000' };
const submission = (input: object, params: object = {}) =>
  checkSubmission(
    compile(document, catalogue),
    { input: input as never, params: params as never },
    catalogue,
  );

test('a submission is given its defaults', () => {
  expect(submission({ audio })).toEqual({ input: { audio }, params: { language: 'en' } });
});

test.each([
  ['a missing input', {}, {}, 'input.absent', /input.audio: hear-all needs a file of type audio\/\*/],
  [
    'an unknown input',
    { audio, sound: 1 },
    {},
    'input.invalid',
    /input.sound: hear-all has no such input; it has audio/,
  ],
  ['text in place of a file', { audio: 'a.wav' }, {}, 'input.invalid', /input.audio: give the file as/],
  ['an unknown param', { audio }, { to: 'es' }, 'input.invalid', /params.to: there is no such field/],
  [
    'a param of the wrong type',
    { audio },
    { language: 5 },
    'input.invalid',
    /params.language: must be string/,
  ],
  [
    'a param that a stage refuses',
    { audio },
    { language: 'english' },
    'input.invalid',
    /speech.hear@1 \(node lines.heard\) does not accept "english" as 'language'/,
  ],
])('%s is refused with a sentence', (_what, input, params, code, message) => {
  expect(() => submission(input, params)).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(message) as string }),
  );
});
