import { writeFile } from 'node:fs/promises';
import { file, type LocalFile } from '@intermodal/contracts';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { Timed } from '../line.ts';
import { toSrt, toVtt } from '../text/subtitle-formats.ts';
import { SeenLine, SeenObject } from '../vision/seen.ts';
import { mergeTimeline, type Entry } from './merge-timeline.ts';
import { tellTimeline } from './tell-timeline.ts';

const Frame = z.object({
  timeMs: z.number().int().nonnegative(),
  cut: z.boolean().nullish().describe('Whether a new scene begins with it'),
  objects: z.array(SeenObject).nullish(),
  text: z.array(SeenLine).nullish(),
});

const Line = Timed.extend({ text: z.string().nullish().describe('Null when it could not be recognised') });

export default defineStage({
  name: 'video.timeline',
  version: 1,
  pool: 'text',
  summary: 'Puts what is seen, read and heard in a film on one timeline, and tells it in a few sentences.',
  input: z.object({
    durationMs: z.number().nullish().describe('Null when the container does not say'),
    soundMs: z.number().nullish().describe('Length of the sound'),
    frames: z.array(Frame).nullish().describe('Null when nobody looked'),
    speech: z.array(Line).nullish().describe('Null when there is no sound'),
  }),
  output: z.object({
    timeline: z.array(Timed.extend({ kind: z.enum(['picture', 'text', 'speech']), text: z.string() })),
    prose: z.string(),
    durationMs: z.number().int().describe('What the container says, or the latest that was seen or heard'),
    json: file('application/json'),
    srt: file('application/x-subrip'),
    vtt: file('text/vtt'),
    text: file('text/plain').describe('The prose, and below it the timeline line by line'),
  }),
  async run(input, { scratch }) {
    const frames = input.frames?.map(({ timeMs, cut, objects, text }) => ({
      timeMs,
      cut: cut ?? false,
      objects: objects ?? null,
      text: text ?? null,
    }));
    const speech = input.speech?.map((line) => ({ ...line, text: line.text ?? '' }));
    const durationMs = Math.round(
      Math.max(
        input.durationMs ?? 0,
        input.soundMs ?? 0,
        frames?.at(-1)?.timeMs ?? 0,
        ...(speech ?? []).map(({ endMs }) => endMs),
      ),
    );
    const timeline = mergeTimeline(frames ?? [], speech ?? [], durationMs);
    const prose = tellTimeline(frames ?? null, speech ?? null, timeline, durationMs);
    const cues = timeline.map((entry) => ({ ...entry, text: shown(entry) }));
    const write = async (name: string, mediaType: string, content: string): Promise<LocalFile> => {
      const to = scratch(name, mediaType);
      await writeFile(to.path, content);
      return to;
    };
    const lines = cues.map(({ startMs, text }) => `${clock(startMs)}  ${text.replace(/\s+/g, ' ')}\n`);
    return {
      ...{ timeline, prose, durationMs },
      json: await write(
        'timeline.json',
        'application/json',
        `${JSON.stringify({ durationMs, prose, timeline }, null, 2)}\n`,
      ),
      srt: await write('timeline.srt', 'application/x-subrip', toSrt(cues)),
      vtt: await write('timeline.vtt', 'text/vtt', toVtt(cues)),
      text: await write('timeline.txt', 'text/plain', `${prose}\n\n${lines.join('')}`),
    };
  },
});

/** As subtitles for people do it: what is not said stands in brackets. */
function shown({ kind, text }: Entry): string {
  if (kind === 'speech') return text;
  return kind === 'text' ? `[reads: ${text}]` : `[${text}]`;
}

const clock = (ms: number): string =>
  `${Math.floor(ms / 60_000)}:${String(Math.floor((ms % 60_000) / 1000)).padStart(2, '0')}.${Math.floor((ms % 1000) / 100)}`;
