import { mediaToolsDouble, runStage, writeSounds } from '@intermodal/testing';
import { describe, expect, it } from 'vitest';
import stage from './synthesize.stage.ts';

const joined: { startMs: number }[][] = [];
const media = mediaToolsDouble({
  joinAudio: async (pieces, to) => {
    joined.push(pieces.map(({ startMs }) => ({ startMs })));
    await writeSounds(to, [{ kind: 'tone', ms: 10 }]);
    return { placed: pieces.map(({ startMs }) => ({ startMs, endMs: startMs + 100 })), durationMs: 5100 };
  },
});
const said: string[] = [];
const synthesiser = {
  speak: (text: string, path: string, { language }: { language: string }) => {
    said.push(`${language}: ${text}`);
    return writeSounds(path, text === '…' ? [] : [{ kind: 'tone', ms: 100 }]);
  },
};
const options = { needs: { media, synthesiser }, params: { language: 'es' } };
const line = (startMs: number, text: string | null) => ({
  startMs,
  endMs: startMs + 50,
  heard: 'x',
  said: text,
});

describe('speech.synthesize', () => {
  it('says each line at its time and tells where it stands', async () => {
    const lines = [line(1000, 'hola'), line(2000, ''), line(3000, null), line(5000, 'mundo')];
    await using it = await runStage(stage, { lines }, options);
    expect(said).toEqual(['es: hola', 'es: mundo']);
    expect(joined).toEqual([[{ startMs: 1000 }, { startMs: 5000 }]]);
    expect(it.output).toMatchObject({
      audio: { mediaType: 'audio/wav' },
      durationMs: 5100,
      lines: [
        { startMs: 1000, endMs: 1100, heard: 'x', said: 'hola' },
        { startMs: 5000, endMs: 5100, heard: 'x', said: 'mundo' },
      ],
    });
  });

  it.each([[[]], [[line(0, ''), line(100, null)]], [[line(0, '…')]]])(
    'invents nothing for %j',
    async (lines) => {
      await using it = await runStage(stage, { lines }, options);
      expect(it.output).toEqual({ audio: null, lines: [], durationMs: 0 });
    },
  );
});
