import { LocalFile } from '@intermodal/contracts';
import type { MediaTools } from '@intermodal/models';
import { mediaToolsDouble, runStage, writeSounds } from '@intermodal/testing';
import { describe, expect, it } from 'vitest';
import stage from './extract-audio.stage.ts';
import probe from './probe.stage.ts';

const film = new LocalFile('/films/any.mp4', 'video/mp4');
const info = {
  format: 'mov',
  durationMs: 1000,
  audio: { codec: 'aac', sampleRate: 48_000, channels: 2 },
  video: null,
};
const run = (media: Partial<MediaTools>) =>
  runStage(stage, { media: film }, { needs: { media: mediaToolsDouble(media) } });

describe('media.extract-audio', () => {
  it('gives the sound and its real length', async () => {
    await using it = await run({
      probe: async () => info,
      extractAudio: (path, to) => {
        expect(path).toBe(film.path);
        return writeSounds(to, [{ kind: 'tone', ms: 250 }]);
      },
    });
    expect(it.output).toMatchObject({ audio: { mediaType: 'audio/wav' }, durationMs: 250 });
  });

  it('gives null for a film without sound', async () => {
    await using it = await run({ probe: async () => ({ ...info, audio: null }) });
    expect(it.output).toEqual({ audio: null, durationMs: 1000 });
  });
});

describe('media.probe', () => {
  it('says what the file holds', async () => {
    const needs = { media: mediaToolsDouble({ probe: async () => info }) };
    await using it = await runStage(probe, { media: film }, { needs });
    expect(it.output).toEqual(info);
  });
});
