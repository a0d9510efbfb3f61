import { makeRecording } from '../making/recording.ts';
import { clock } from '../text.ts';
import type { Part } from './part.ts';

interface Line {
  readonly startMs: number;
  readonly endMs: number;
  readonly heard: string | null;
  readonly said: string | null;
}

export const speechToSpeech: Part = {
  pipeline: 'speech-to-speech',
  title: 'what somebody says, in another language',
  port: 'audio',
  option: 'audio',
  fileName: 'recording.wav',
  make: async (path, signal) => `A voice says: “${(await makeRecording(path, signal)).join(' ')}”`,
  request: ({ from, to }) => ({ params: { from, to }, shown: `From ${from} to ${to}` }),
  told(job, { from, to }) {
    const lines = (job.output?.lines ?? []) as readonly Line[];
    if (lines.length === 0) return ['Nothing was said in the recording.'];
    return [
      'What was heard and said',
      ...lines.flatMap((line) => [
        `  ${clock(line.startMs)} – ${clock(line.endMs)}`,
        `    ${from}  ${line.heard ?? '(not heard)'}`,
        `    ${to}  ${line.said ?? '(not translated)'}`,
      ]),
    ];
  },
};
