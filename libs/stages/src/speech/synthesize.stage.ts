import { file } from '@intermodal/contracts';
import { MediaTools, SpeechSynthesiser, durationMsOf, readWavLayout } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { Language } from '../language.ts';
import { Line } from '../line.ts';

export default defineStage({
  name: 'speech.synthesize',
  version: 1,
  pool: 'speech',
  summary: 'Reads lines aloud, each where it began in the recording or when the one before has ended.',
  input: z.object({ lines: z.array(Line) }),
  params: z.strictObject({ language: Language.describe('The language to speak') }),
  output: z.object({
    audio: file('audio/wav').nullable().describe('Null when there is nothing to say'),
    lines: z.array(Line).describe('The lines that are said, with their times in this audio'),
    durationMs: z.number().int(),
  }),
  needs: { synthesiser: SpeechSynthesiser, media: MediaTools },
  limits: { timeoutMs: 600_000 },
  async run({ lines }, { needs, params, signal, scratch, progress }) {
    const spoken: { line: Line; path: string }[] = [];
    for (const [i, line] of lines.entries()) {
      progress(i / lines.length);
      if (line.said === null || line.said.trim() === '') continue;
      const { path } = scratch(`line-${String(i + 1).padStart(5, '0')}.wav`, 'audio/wav');
      await needs.synthesiser.speak(line.said, path, { ...params, signal });
      // A line of punctuation alone makes no sound.
      if (durationMsOf(await readWavLayout(path)) > 0) spoken.push({ line, path });
    }
    if (spoken.length === 0) return { audio: null, lines: [], durationMs: 0 };
    const audio = scratch('spoken.wav', 'audio/wav');
    const pieces = spoken.map(({ line, path }) => ({ path, startMs: line.startMs }));
    const { placed, durationMs } = await needs.media.joinAudio(pieces, audio.path, { signal });
    return { audio, lines: spoken.map(({ line }, i) => ({ ...line, ...placed[i]! })), durationMs };
  },
});
