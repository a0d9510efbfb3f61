import { IntermodalError } from '@intermodal/contracts';
import { runStage } from '@intermodal/testing';
import { describe, expect, it } from 'vitest';
import stage from './translate.stage.ts';

describe('text.translate', () => {
  it('translates between the languages of its params', async () => {
    const translator = {
      translate: async (texts: readonly string[], { from, to }: { from: string; to: string }) =>
        texts.map((text) => `${from}>${to}: ${text}`),
    };
    const options = { needs: { translator }, params: { to: 'es' } };
    await using it = await runStage(stage, { text: 'bridge' }, options);
    expect(it.output).toEqual({ text: 'en>es: bridge' });
  });

  it('fails for a language that is not there, even when there is no text', async () => {
    const translator = {
      translate: () =>
        Promise.reject(new IntermodalError('language.unsupported', 'There is no Klingon here.')),
    };
    await expect(
      runStage(stage, { text: '' }, { needs: { translator }, params: { to: 'tlh' } }),
    ).rejects.toMatchObject({ code: 'language.unsupported' });
  });
});
