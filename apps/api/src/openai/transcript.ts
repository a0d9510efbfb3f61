import { toSrt, toVtt } from '@intermodal/stages';

export interface TranscriptLine {
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
  readonly words?: readonly { readonly startMs: number; readonly endMs: number; readonly text: string }[];
}

export interface Transcript {
  readonly task: 'transcribe' | 'translate';
  /** Of the text. */
  readonly language: string;
  readonly durationMs: number;
  readonly lines: readonly TranscriptLine[];
}

export const textOf = ({ lines }: Pick<Transcript, 'lines'>): string =>
  lines.flatMap(({ text }) => (text.trim() === '' ? [] : [text.trim()])).join(' ');

/** A transcript in a format of OpenAI's, with its media type. */
export function formatted(
  transcript: Transcript,
  format: 'json' | 'text' | 'srt' | 'vtt' | 'verbose_json',
  granularities: readonly string[],
): { mediaType: string; body: string } {
  const cues = transcript.lines.filter(({ text }) => text.trim() !== '');
  if (format === 'text') return { mediaType: 'text/plain; charset=utf-8', body: `${textOf(transcript)}\n` };
  if (format === 'srt') return { mediaType: 'application/x-subrip; charset=utf-8', body: toSrt(cues) };
  if (format === 'vtt') return { mediaType: 'text/vtt; charset=utf-8', body: toVtt(cues) };
  const value = format === 'json' ? jsonOf(transcript) : verboseOf(transcript, cues, granularities);
  return { mediaType: 'application/json', body: JSON.stringify(value) };
}

const jsonOf = (transcript: Transcript) => ({
  text: textOf(transcript),
  usage: { type: 'duration', seconds: Math.ceil(transcript.durationMs / 1_000) },
});

/** Without what no engine here tells: log probabilities, tokens. */
function verboseOf(
  transcript: Transcript,
  cues: readonly TranscriptLine[],
  granularities: readonly string[],
) {
  const { task, language, durationMs, lines } = transcript;
  const isWanted = (what: string) =>
    granularities.includes(what) || (granularities.length === 0 && what === 'segment');
  return {
    ...{ task, language, duration: durationMs / 1_000, text: textOf(transcript) },
    ...(isWanted('segment') && {
      segments: cues.map(({ startMs, endMs, text }, id) => ({
        ...{ id, start: startMs / 1_000, end: endMs / 1_000, text: text.trim() },
      })),
    }),
    ...(isWanted('word') && {
      words: lines.flatMap((line) =>
        // Times of words are from the beginning of their line.
        (line.words ?? []).map(({ startMs, endMs, text }) => ({
          word: text,
          start: (line.startMs + startMs) / 1_000,
          end: (line.startMs + endMs) / 1_000,
        })),
      ),
    }),
    usage: { type: 'duration', seconds: Math.ceil(durationMs / 1_000) },
  };
}
