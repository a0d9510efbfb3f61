import { SpeechDetector, defineEngine, durationMsOf, speechWavLayout, wavBlocks } from '@intermodal/models';
import { FrameLevels } from './frame-levels.ts';
import { FRAME_MS, gate } from './gate.ts';

const BLOCK_SAMPLES = 65_536;

/**
 * Finds speech by level alone. Always there: no program, no weights. It takes every sound that swells and falls for speech,
 * music too; where the model store holds silero-vad, that is preferred.
 */
export default defineEngine(SpeechDetector, {
  name: 'energy-gate',
  probe: async () => ({ available: true }),
  open: async () => ({ use: { detect }, device: 'cpu', close: async () => {} }),
});

async function detect(path: string, options: { signal: AbortSignal }) {
  const layout = await speechWavLayout(path);
  const frames = new FrameLevels({ sampleRate: layout.sampleRate, frameMs: FRAME_MS });
  for await (const block of wavBlocks(path, { blockSamples: BLOCK_SAMPLES, ...options })) frames.push(block);
  return gate(frames.end(), durationMsOf(layout));
}
