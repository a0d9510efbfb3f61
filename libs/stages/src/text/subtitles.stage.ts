import { writeFile } from 'node:fs/promises';
import { file, type LocalFile } from '@intermodal/contracts';
import { defineStage, type StageContext } from '@intermodal/pipeline';
import { z } from 'zod';
import { Line } from '../line.ts';
import { toSrt, toVtt, type Cue } from './subtitle-formats.ts';

const Documents = z.object({
  json: file('application/json').describe('[{startMs, endMs, text}]'),
  srt: file('application/x-subrip'),
  vtt: file('text/vtt'),
});

export default defineStage({
  name: 'text.subtitles',
  version: 1,
  pool: 'text',
  summary: 'Writes what was heard and what is said as JSON, SRT and VTT, at the times of the recording.',
  input: z.object({ lines: z.array(Line) }),
  output: z.object({
    transcript: Documents.describe('What was heard'),
    translation: Documents.describe('What is said instead'),
  }),
  async run({ lines }, context) {
    return {
      transcript: await write('transcript', cuesOf(lines, 'heard'), context),
      translation: await write('translation', cuesOf(lines, 'said'), context),
    };
  },
});

/** Lines without text show nothing. */
const cuesOf = (lines: readonly Line[], side: 'heard' | 'said'): Cue[] =>
  lines.flatMap(({ startMs, endMs, ...line }) => {
    const text = line[side]?.trim() ?? '';
    return text === '' ? [] : [{ startMs, endMs, text }];
  });

async function write(
  name: string,
  cues: readonly Cue[],
  { scratch }: Pick<StageContext, 'scratch'>,
): Promise<{ json: LocalFile; srt: LocalFile; vtt: LocalFile }> {
  const json = scratch(`${name}.json`, 'application/json');
  const srt = scratch(`${name}.srt`, 'application/x-subrip');
  const vtt = scratch(`${name}.vtt`, 'text/vtt');
  await writeFile(json.path, `${JSON.stringify(cues, null, 2)}\n`);
  await writeFile(srt.path, toSrt(cues));
  await writeFile(vtt.path, toVtt(cues));
  return { json, srt, vtt };
}
