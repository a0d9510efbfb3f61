import { IntermodalError, LocalFile } from '@intermodal/contracts';
import { imageToolsDouble, mediaToolsDouble, runStage } from '@intermodal/testing';
import { describe, expect, it } from 'vitest';
import stage from './sample-frames.stage.ts';

const info = { format: 'mov', durationMs: 1000, audio: null, video: null };
const film = new LocalFile('/films/any.mp4', 'video/mp4');
const images = imageToolsDouble({});

describe('media.sample-frames', () => {
  it('gives each frame with its time', async () => {
    const media = mediaToolsDouble({
      probe: async () => info,
      sampleFrames: async (path, folder, options) => {
        expect([path, options.everyMs, options.most, options.format]).toEqual([film.path, 500, 40, 'jpeg']);
        return [
          { path: `${folder}/1.jpg`, timeMs: 0, cut: false },
          { path: `${folder}/2.jpg`, timeMs: 480, cut: true },
        ];
      },
    });
    await using it = await runStage(
      stage,
      { media: film },
      { needs: { media, images }, params: { everyMs: 500 } },
    );
    expect(it.output.frames).toMatchObject([
      { timeMs: 0, cut: false, image: { mediaType: 'image/jpeg', name: 'frame-00001.jpg' } },
      { timeMs: 480, cut: true },
    ]);
  });

  it('takes a picture for one frame', async () => {
    const media = mediaToolsDouble({
      probe: () => Promise.reject(new IntermodalError('media.unsupported', 'It is a picture.')),
    });
    const told = imageToolsDouble({ toPng: async (path) => expect(path).toBe(film.path) });
    await using it = await runStage(stage, { media: film }, { needs: { media, images: told } });
    expect(it.output.frames).toMatchObject([{ timeMs: 0, cut: false, image: { mediaType: 'image/png' } }]);
  });

  it('fails for what cannot be read', async () => {
    const media = mediaToolsDouble({
      probe: () => Promise.reject(new IntermodalError('media.unreadable', 'It is damaged.')),
    });
    await expect(runStage(stage, { media: film }, { needs: { media, images } })).rejects.toMatchObject({
      code: 'media.unreadable',
    });
  });
});
