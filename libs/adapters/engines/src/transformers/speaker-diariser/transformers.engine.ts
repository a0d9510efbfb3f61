import { SpeakerDiariser } from '@intermodal/models';
import { segmentRecording } from '../speaker-segmenter/segment-recording.ts';
import { SPEAKER_SEGMENTER } from '../speaker-segmenter/speaker-segmenter.ts';
import { trackSpeakers } from '../speaker-segmenter/track-speakers.ts';
import { transformersEngine } from '../transformers-engine.ts';

/** Above it somebody speaks. */
const SPEAKS = 0.5;

export default transformersEngine(SpeakerDiariser, 'speech.diarise', [SPEAKER_SEGMENTER], (opened) => ({
  async diarise(path, { signal }) {
    const { windows, totalMs } = await segmentRecording(opened, path, signal);
    const heard = windows.map(({ speakers }) =>
      speakers.map((cells) => Array.from(cells, (likely) => likely > SPEAKS)),
    );
    return trackSpeakers(heard, totalMs);
  },
}));
