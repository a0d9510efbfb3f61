import { writeFile } from 'node:fs/promises';
import { LocalFile } from '@intermodal/contracts';
import { mediaToolsDouble, runStage } from '@intermodal/testing';
import { expect, test } from 'vitest';
import encodeAudio from './encode-audio.stage.ts';

test('gives the sound in the format and at the speed that were asked for', async () => {
  const asked: unknown[] = [];
  const media = mediaToolsDouble({
    async encodeAudio(path, to, { format, speed }) {
      asked.push([path, format, speed]);
      await writeFile(to, 'encoded');
    },
  });
  const audio = new LocalFile('/in.wav', 'audio/wav');
  await using run = await runStage(
    encodeAudio,
    { audio },
    { needs: { media }, params: { format: 'opus', speed: 2 } },
  );
  expect(asked).toEqual([['/in.wav', 'opus', 2]]);
  expect(run.output.audio).toMatchObject({ mediaType: 'audio/ogg', name: 'sound.opus' });
});
