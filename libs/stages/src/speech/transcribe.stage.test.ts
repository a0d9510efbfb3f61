import { LocalFile } from '@intermodal/contracts';
import { runStage } from '@intermodal/testing';
import { describe, expect, it } from 'vitest';
import stage from './transcribe.stage.ts';

const audio = new LocalFile('/any.wav', 'audio/wav');

describe('speech.transcribe', () => {
  it('hands the language on, English when none is named', async () => {
    const asked: (string | null)[] = [];
    const recogniser = {
      transcribe: async (_path: string, { language }: { language: string | null }) => {
        asked.push(language);
        return { text: 'hola', words: [{ text: 'hola', startMs: 0, endMs: 400 }], language: 'es' };
      },
    };
    await using first = await runStage(stage, { audio }, { needs: { recogniser } });
    await using second = await runStage(
      stage,
      { audio },
      { needs: { recogniser }, params: { language: 'es' } },
    );
    await using third = await runStage(
      stage,
      { audio },
      { needs: { recogniser }, params: { language: 'auto' } },
    );
    expect(asked).toEqual(['en', 'es', null]);
    expect(third.output.language).toBe('es');
    expect(first.output).toEqual(second.output);
    expect(first.output.words).toEqual([{ text: 'hola', startMs: 0, endMs: 400 }]);
  });

  it('knows a language code when it sees one', () => {
    expect(() => stage.params.parse({ language: 'English' })).toThrow("such as 'en'");
  });
});
