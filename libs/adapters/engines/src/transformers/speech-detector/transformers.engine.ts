import { SpeechDetector } from '@intermodal/models';
import { shapeSpans } from '../../span-shaping.ts';
import { CELL_MS, ownCells } from '../speaker-segmenter/cells.ts';
import { segmentRecording } from '../speaker-segmenter/segment-recording.ts';
import { SPEAKER_SEGMENTER } from '../speaker-segmenter/speaker-segmenter.ts';
import { transformersEngine } from '../transformers-engine.ts';

/** Probabilities at which speech begins and ends. */
const HYSTERESIS = { on: 0.5, off: 0.35 } as const;

export default transformersEngine(SpeechDetector, 'speech.detect', [SPEAKER_SEGMENTER], (opened) => ({
  async detect(path, { signal }) {
    const { windows, totalMs } = await segmentRecording(opened, path, signal);
    const likely = windows.flatMap(({ speech }, at) => {
      const { from, to } = ownCells(at, windows.length);
      return [...speech.subarray(from, to)];
    });
    return shapeSpans(likely, { frameMs: CELL_MS, ...HYSTERESIS, totalMs });
  },
}));
