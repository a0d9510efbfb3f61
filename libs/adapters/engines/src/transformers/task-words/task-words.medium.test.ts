import type { Pixels } from '@intermodal/models';
import { makePixels, storeOfFolder, taskWordsFolder } from '@intermodal/testing';
import { testContext } from '@intermodal/testing/engine-contracts';
import { afterAll, describe, expect, it } from 'vitest';
import detector from '../object-detector/transformers.engine.ts';
import answerer from '../picture-answerer/transformers.engine.ts';
import describer from '../picture-describer/transformers.engine.ts';

const { signal } = new AbortController();
type Colour = [number, number, number];
const [RED, GREEN, BLUE]: Colour[] = [
  [250, 10, 10],
  [10, 240, 10],
  [10, 10, 240],
];
/** Two halves. */
const halves = (left: Colour, right: Colour, width = 80): Pixels =>
  makePixels({ width, height: 40 }, left, [
    { x: width / 2, y: 0, width: width / 2, height: 40, colour: right },
  ]);

const tiny = storeOfFolder(taskWordsFolder(), {
  ...{ id: 'tiny-florence', architecture: 'Tiny', summary: 'Does what it is told.' },
  tasks: ['image.describe', 'image.answer', 'image.detect-objects'],
});
afterAll(async () => (await tiny)[Symbol.asyncDispose]());

describe('a model of task words', () => {
  it('says what pictures show, of three as of each', async () => {
    const { use, close } = await describer.open(testContext(await tiny));
    const pictures = [halves(RED!, BLUE!), halves(BLUE!, RED!), halves(GREEN!, GREEN!, 200)];
    const together = await use.describe(pictures, { maxTokens: 20, signal });
    expect(together.map(({ text }) => text)).toEqual(['a red picture', 'a blue picture', 'a green picture']);
    const alone = [];
    for (const picture of pictures) alone.push(...(await use.describe([picture], { maxTokens: 20, signal })));
    expect(together).toEqual(alone);
    const cut = await use.describe([pictures[0]!], { maxTokens: 2, signal });
    expect(cut).toEqual([{ text: 'a red', isCut: true }]);
    await close();
  });

  it('answers by the picture and by the question', async () => {
    const { use, close } = await answerer.open(testContext(await tiny));
    const pieces: string[] = [];
    const ask = (picture: Pixels, question: string) =>
      use.answer(picture, question, { maxTokens: 20, signal, onText: (text) => void pieces.push(text) });
    expect(await ask(halves(RED!, BLUE!), 'what colour')).toEqual({ text: 'red', isCut: false });
    expect(pieces.join('').trim()).toBe('red');
    expect(await ask(halves(BLUE!, BLUE!), 'what colour')).toEqual({ text: 'blue', isCut: false });
    expect(await ask(halves(BLUE!, BLUE!), 'what')).toEqual({ text: 'unknown', isCut: false });
    // A sign of its own is no part of a question.
    expect(await ask(halves(RED!, RED!), 'what <loc_0> colour')).toEqual({ text: 'red', isCut: false });
    await expect(ask(halves(RED!, RED!), 'what '.repeat(40))).rejects.toMatchObject({
      code: 'input.too_large',
      message: expect.stringMatching(
        /^The model tiny-florence reads 33 tokens at most, .* has 4\d/,
      ) as string,
    });
    await close();
  });

  it('finds things, and does not say what it could not have seen', async () => {
    const { use, close } = await detector.open(testContext(await tiny));
    expect(use).toMatchObject({ labels: [], scope: 'Tiny: Does what it is told.' });
    const boxes = async (picture: Pixels) =>
      Object.fromEntries((await use.detect(picture, { signal })).map(({ label, box }) => [label, box]));
    const near = (value: number) => expect.closeTo(value, 0) as number;
    const [left, right] = [0, 40].map((x) => ({ x: near(x), y: near(0), width: near(40), height: near(40) }));
    expect(await boxes(halves(RED!, BLUE!))).toEqual({ red: left, blue: right });
    expect(await boxes(halves(GREEN!, RED!))).toEqual({ green: left, red: right });
    for (const { score } of await use.detect(halves(GREEN!, RED!), { signal }))
      expect(score).toSatisfy((value: number) => value > 0.9 && value <= 1);
    await expect(use.detect(halves(RED!, RED!), { signal: AbortSignal.abort() })).rejects.toThrow();
    await close();
  });
});
