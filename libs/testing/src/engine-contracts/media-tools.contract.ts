import { writeFile } from 'node:fs/promises';
import {
  isSpeechWav,
  durationMsOf,
  readWavLayout,
  type MediaTools,
  type OpenedEngine,
} from '@intermodal/models';
import { describe, expect, it } from 'vitest';
import { writeSounds } from '../make-wav.ts';
import { expectAborted, openedForSuite, signal } from './opened.ts';

/** What every MediaTools does; WAV must be among what it reads. */
export function mediaToolsContract(name: string, open: () => Promise<OpenedEngine<MediaTools>>): void {
  describe(`${name} is MediaTools`, () => {
    const { engine, at } = openedForSuite(open);
    const lengthOf = async (path: string) => durationMsOf(await readWavLayout(path));

    it('probes, extracts, cuts and joins', async () => {
      await writeSounds(at('source.wav'), [{ kind: 'tone', ms: 2000 }], 44_100);
      expect(await engine().probe(at('source.wav'), { signal })).toMatchObject({
        durationMs: 2000,
        audio: { sampleRate: 44_100, channels: 1 },
        video: null,
      });
      await engine().extractAudio(at('source.wav'), at('speech.wav'), { signal });
      expect(await isSpeechWav(at('speech.wav'))).toBe(true);
      await engine().extractAudio(at('source.wav'), at('wide.wav'), { sampleRate: 48_000, signal });
      expect(await readWavLayout(at('wide.wav'))).toMatchObject({ sampleRate: 48_000, channels: 1 });
      expect(await lengthOf(at('wide.wav'))).toBe(2000);
      await engine().cutAudio(at('speech.wav'), at('cut.wav'), { startMs: 500, endMs: 750, signal });
      expect(await lengthOf(at('cut.wav'))).toBe(250);
      const pieces = [0, 100, 1000].map((startMs) => ({ path: at('cut.wav'), startMs }));
      const joined = await engine().joinAudio(pieces, at('joined.wav'), { signal });
      expect(joined.placed.map((it) => it.startMs)).toEqual([0, 250, 1000]);
      expect(joined.durationMs).toBe(1250);
      expect(await lengthOf(at('joined.wav'))).toBe(1250);
    });

    it('finds no frames in sound', async () => {
      await writeSounds(at('sound.wav'), [{ kind: 'tone', ms: 100 }]);
      const sampling = { everyMs: 1000, most: 5, maxEdge: 64, format: 'jpeg', signal } as const;
      expect(await engine().sampleFrames(at('sound.wav'), at('no frames'), sampling)).toEqual([]);
    });

    it('refuses what is no media', async () => {
      await writeFile(at('letter.wav'), 'Dear all, this is a letter.');
      await expect(engine().probe(at('letter.wav'), { signal })).rejects.toMatchObject({
        code: 'media.unreadable',
      });
    });

    it('stops when it is told to', async () => {
      await writeSounds(at('any.wav'), [{ kind: 'tone', ms: 100 }]);
      await expectAborted((stop) => engine().probe(at('any.wav'), { signal: stop }));
      await expectAborted((stop) => engine().extractAudio(at('any.wav'), at('never.wav'), { signal: stop }));
    });
  });
}
