import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filmScenes } from '../drawing/scene.ts';
import { inScratch, runProgram } from './programs.ts';
import { secondsOf, silence, speak, wav } from './voice.ts';

const TITLE = 'TRAIN STATION';
const SENTENCES = [
  'You must stop at the red sign.',
  'This is the train station.',
  'The clock is on the wall.',
] as const;
/** Before and after each sentence. */
const PAUSE_SECONDS = 0.4;

/**
 * Makes a short film of three scenes: a street, a title, a room, each as long as a voice speaks over it.
 * @throws MissingProgramError when flite or ffmpeg is absent
 */
export const makeFilm = (path: string, signal: AbortSignal): Promise<readonly string[]> =>
  inScratch(async (folder) => {
    const spoken = await speak(SENTENCES, signal);
    const seconds = spoken.map((sound) => secondsOf(sound) + 2 * PAUSE_SECONDS);
    const sounds = spoken.flatMap((sound) => {
      const pause = silence(PAUSE_SECONDS, sound.rate);
      return [pause, sound, pause];
    });
    const soundFile = join(folder, 'sound.wav');
    await writeFile(soundFile, wav(sounds));
    const pictures: string[] = [];
    for (const [i, picture] of filmScenes(TITLE).entries()) {
      pictures.push(join(folder, `${i}.png`));
      await writeFile(pictures[i]!, picture);
    }
    const stills = pictures.flatMap((file, i) => [
      ...['-loop', '1', '-framerate', '10', '-t', seconds[i]!.toFixed(2), '-i', file],
    ]);
    const joined = `${pictures.map((_, i) => `[${i}:v]`).join('')}concat=n=${pictures.length},format=yuv420p[film]`;
    await runProgram(
      'ffmpeg',
      [
        ...['-nostdin', '-v', 'error', '-y', ...stills, '-i', soundFile],
        ...['-filter_complex', joined, '-map', '[film]', '-map', `${pictures.length}:a`],
        // Encoders that every ffmpeg has.
        ...['-r', '10', '-c:v', 'mpeg4', '-q:v', '3', '-c:a', 'aac', '-movflags', '+faststart', path],
      ],
      signal,
    );
    return SENTENCES;
  });
