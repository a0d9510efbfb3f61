import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makePixels, makePng, makeSpeech, writeSounds } from '@intermodal/testing';

/** Small real files, made here, so that the suites need nothing from outside the repository. */
export async function makeFixtures(folder: string, say: (what: string) => void): Promise<string> {
  await mkdir(folder);
  const place = (name: string): string => join(folder, name);
  const box = { x: 16, y: 16, width: 32, height: 32, colour: [220, 30, 30] } as const;
  await writeFile(
    place('picture.png'),
    makePng(makePixels({ width: 96, height: 64 }, [240, 240, 230], [box])),
  );
  await writeFile(place('text.txt'), 'Good morning. The train leaves at nine.\n');
  await writeSounds(place('tone.wav'), [{ kind: 'tone', ms: 1_000 }]);
  await makeSpeech(place('speech.wav'), ['good morning everybody', 'the train leaves at nine'], {
    pauseMs: 700,
  }).catch(() => say('flite is not installed: there is no speech.wav'));
  return folder;
}
