import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenedEngine, SpeechDetector } from '@intermodal/models';
import { describe, expect, it } from 'vitest';
import { makeSpeech } from '../make-speech.ts';
import { writeSounds } from '../make-wav.ts';
import { sharedFolder } from '../shared-folder.ts';
import { expectAborted, openedForSuite, signal } from './opened.ts';

const shared = sharedFolder();

/** What every SpeechDetector does. */
export function speechDetectorContract(
  name: string,
  open: () => Promise<OpenedEngine<SpeechDetector>>,
): void {
  describe(`${name} is a SpeechDetector`, () => {
    const { engine, at } = openedForSuite(open);
    const detect = (path: string) => engine().detect(path, { signal });

    it.each(['silence', 'noise', 'tone'] as const)('finds nobody in steady %s', async (kind) => {
      await writeSounds(at('steady.wav'), [{ kind, ms: 4000, level: 0.1 }]);
      expect(await detect(at('steady.wav'))).toEqual([]);
    });

    it.each([0, 1, 20])('takes %i ms', async (ms) => {
      await writeSounds(at('short.wav'), [{ kind: 'silence', ms }]);
      expect(await detect(at('short.wav'))).toEqual([]);
    });

    it('finds two sentences with a pause between them, in order and within the recording', async () => {
      await makeSpeech(at('speech.wav'), ['how old is the bridge', 'go forward ten meters'], {
        pauseMs: 1500,
      });
      const spans = await detect(at('speech.wav'));
      expect(spans).toHaveLength(2);
      const [first, second] = spans;
      expect(first!.startMs).toBeGreaterThanOrEqual(700);
      expect(first!.endMs).toBeLessThanOrEqual(second!.startMs);
      expect(second!.startMs - first!.endMs).toBeGreaterThan(500);
    });

    it('refuses what is no 16 kHz mono WAV', async () => {
      await writeSounds(at('fast.wav'), [{ kind: 'tone', ms: 10 }], 44_100);
      await expect(detect(at('fast.wav'))).rejects.toMatchObject({ code: 'media.unsupported' });
      await copyFile(import.meta.filename, at('text.wav'));
      await expect(detect(at('text.wav'))).rejects.toMatchObject({ code: 'media.unreadable' });
    });

    it('stops when it is told to', async () => {
      await writeSounds(at('long.wav'), [{ kind: 'noise', ms: 500 }]);
      await expectAborted((stop) => engine().detect(at('long.wav'), { signal: stop }));
    });

    it.skipIf(!shared)(
      'finds nobody in a room without a voice (skipped where ../shared is absent)',
      async () => {
        expect(await detect(join(shared!, 'fixtures/speech/no-speech.wav'))).toEqual([]);
      },
    );

    it.skipIf(!shared)(
      'finds the sentence between two silences (skipped where ../shared is absent)',
      async () => {
        const spans = await detect(join(shared!, 'fixtures/speech/gcp-brooklyn-silence-padding.wav'));
        expect(spans).toHaveLength(1);
        expect(spans[0]!.startMs).toBeGreaterThan(1500);
        expect(spans[0]!.endMs).toBeLessThan(4300);
      },
    );
  });
}
