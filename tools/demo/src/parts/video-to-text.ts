import { makeFilm } from '../making/film.ts';
import { clock, hanging, wrapped } from '../text.ts';
import type { Part } from './part.ts';

interface Entry {
  readonly startMs: number;
  readonly endMs: number;
  readonly kind: string;
  readonly text: string;
}

/** Of a long film, the beginning; the files have all of it. */
const MOST_SHOWN = 20;

export const videoToText: Part = {
  pipeline: 'video-to-text',
  title: 'what is seen, read and heard in a film',
  port: 'film',
  option: 'video',
  fileName: 'film.mp4',
  make: async (path, signal) =>
    `A film of three scenes (a street, a title, a room), made just now. A voice says: “${(await makeFilm(path, signal)).join(' ')}”`,
  request: () => ({}),
  told(job) {
    if (!job.output) return [];
    const timeline = (job.output.timeline ?? []) as readonly Entry[];
    return [
      'The timeline',
      ...timeline.slice(0, MOST_SHOWN).flatMap(({ startMs, endMs, kind, text }) => {
        const [first, ...rest] = wrapped(text, 76);
        const when = `${clock(startMs)} – ${clock(endMs)}`;
        return [
          `  ${when.padEnd(16)} ${kind.padEnd(8)} ${first ?? ''}`,
          ...rest.map((line) => ' '.repeat(28) + line),
        ];
      }),
      ...(timeline.length > MOST_SHOWN ? [`  … and ${timeline.length - MOST_SHOWN} more`] : []),
      '',
      ...hanging('In words', String(job.output.prose ?? '')),
    ];
  },
};
