import { dirname } from 'node:path';
import { storeOfFolder, translatorFolder } from '@intermodal/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { OpenedModel } from '../transformers.testing.ts';
import { load } from './seq2seq-runner.ts';
import { SEQ2SEQ, type RewrittenTexts, type RewriteTexts } from './seq2seq.ts';

const tiny = storeOfFolder(translatorFolder(), {
  id: 'tiny-translator',
  tasks: ['text.translate'],
  languages: ['en', 'es'],
});
afterAll(async () => (await tiny)[Symbol.asyncDispose]());

describe('generation', () => {
  const rewrite = async (opened: OpenedModel, texts: readonly string[], more: Partial<RewriteTexts> = {}) => {
    const request: RewriteTexts = { kind: 'rewrite', texts, maxTokens: 30, told: false, ...more };
    return (await opened.call<RewrittenTexts>(request)).answers;
  };

  it('writes for three as for each of them, though they end at different steps', async () => {
    await using opened = await OpenedModel.open(await tiny, SEQ2SEQ);
    const texts = ['the house', 'the house is big and the house is small', 'red'];
    const alone = [];
    for (const text of texts) alone.push(...(await rewrite(opened, [text])));
    expect(alone.map(({ text }) => text)).toEqual([
      'la casa',
      'la casa es grande y la casa es pequeña',
      'roja',
    ]);
    expect(await rewrite(opened, texts)).toEqual(alone);
  });

  it('writes nothing for nothing', async () => {
    await using opened = await OpenedModel.open(await tiny, SEQ2SEQ);
    expect(await rewrite(opened, ['', 'red'])).toEqual([
      { text: '', isCut: false, tokens: 0 },
      { text: 'roja', isCut: false, tokens: 1 },
    ]);
  });

  it('ends as soon as the last of them has ended, and not where all would end together', async () => {
    const paths = (await (await tiny).find((await tiny).catalogue[0]!))!;
    const folder = dirname(paths['config.json']!);
    const { handle } = await load({ load: { folder, dtype: 'fp32' }, device: 'cpu', threads: 1 });
    let steps = 0;
    // What it asks for before the first is for reading, and no step.
    const alive = (forMs?: number): void => void (forMs === undefined && steps++);
    const call = { signal: new AbortController().signal, alive, partial() {} };
    const request: RewriteTexts = {
      kind: 'rewrite',
      texts: ['the house', 'the big red house'],
      maxTokens: 50,
      told: false,
    };
    await handle(request, call);
    expect(steps).toBe('the big red house </s>'.split(' ').length);
  });

  it('says what it cut off, and goes by that length and not by the one of the model', async () => {
    await using opened = await OpenedModel.open(await tiny, SEQ2SEQ);
    const [whole, cut] = [
      await rewrite(opened, ['the house is big and red .']),
      await rewrite(opened, ['the house is big and red .', 'red'], { maxTokens: 3 }),
    ];
    expect(whole).toEqual([{ text: 'la casa es grande y roja.', isCut: false, tokens: 7 }]);
    expect(cut).toEqual([
      { text: 'la casa es', isCut: true, tokens: 3 },
      { text: 'roja', isCut: false, tokens: 1 },
    ]);
  });

  it('tells what it writes while it writes it', async () => {
    await using opened = await OpenedModel.open(await tiny, SEQ2SEQ);
    const pieces: string[] = [];
    const request: RewriteTexts = {
      kind: 'rewrite',
      texts: ['the big red house'],
      maxTokens: 30,
      told: true,
    };
    const { answers } = await opened.call<RewrittenTexts>(request, {
      onPartial: (piece) => void pieces.push(piece as string),
    });
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join('')).toBe(answers[0]!.text);
  });

  it('stops between two tokens, and its process answers the next', async () => {
    await using opened = await OpenedModel.open(await tiny, SEQ2SEQ);
    await rewrite(opened, ['red']);
    const before = opened.house.loaded.get('tiny-translator');
    const stop = new AbortController();
    const reason = new Error('told to stop');
    const request: RewriteTexts = {
      ...{ kind: 'rewrite', texts: ['the house '.repeat(30)], maxTokens: 60, told: true },
    };
    const long = opened.call(request, { signal: stop.signal, onPartial: () => stop.abort(reason) });
    await expect(long).rejects.toBe(reason);
    expect(await rewrite(opened, ['red'])).toMatchObject([{ text: 'roja' }]);
    expect(opened.house.loaded.get('tiny-translator')).toBe(before);
  });

  it('refuses a text beyond its context', async () => {
    await using opened = await OpenedModel.open(await tiny, SEQ2SEQ);
    await expect(rewrite(opened, ['red', 'red '.repeat(64)])).rejects.toMatchObject({
      code: 'input.too_large',
      message: expect.stringMatching(
        /^The model tiny-translator reads 64 tokens at most, and the text 2 of 2 has 65/,
      ) as string,
    });
  });
});
