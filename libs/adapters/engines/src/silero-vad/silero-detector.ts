import { IntermodalError } from '@intermodal/contracts';
import {
  durationMsOf,
  speechWavLayout,
  wavBlocks,
  type SpeechDetector,
  type SpeechSpan,
} from '@intermodal/models';
import type { OnnxModel } from '../onnx/onnx-model.ts';
import type { OnnxRequest, PlainTensor, ScanRequest } from '../onnx/requests.ts';
import { shapeSpans } from '../span-shaping.ts';

/** The network sees 512 new samples (32 ms) after 64 that it has seen. */
const NEW_SAMPLES = 512;
const CONTEXT_SAMPLES = 64;
const STEPS_PER_MESSAGE = 512;
const FRAME_MS = 32;

/** Probabilities at which speech begins and ends. */
const HYSTERESIS = { on: 0.5, off: 0.35 } as const;

const START: PlainTensor = { type: 'float32', dims: [2, 1, 128], data: new Float32Array(256) };

export class SileroDetector implements SpeechDetector {
  readonly #model: Pick<OnnxModel, 'scan'>;

  constructor(model: Pick<OnnxModel, 'scan'>) {
    this.#model = model;
  }

  async detect(path: string, options: { signal: AbortSignal }): Promise<readonly SpeechSpan[]> {
    const totalMs = durationMsOf(await speechWavLayout(path));
    const probabilities: number[] = [];
    let state = START;
    let context = new Float32Array(CONTEXT_SAMPLES);
    const blockSamples = NEW_SAMPLES * STEPS_PER_MESSAGE;
    for await (const block of wavBlocks(path, { blockSamples, ...options })) {
      const data = withContext(context, block);
      const { collected, carried } = await this.#model.scan(scanOf(data, state), options.signal);
      if (!collected.every(Number.isFinite))
        throw new IntermodalError(
          'model.output_invalid',
          'The model silero-vad gave probabilities that are no numbers.',
        );
      for (const probability of collected) probabilities.push(probability);
      state = carried['state']!;
      context = data.slice(-CONTEXT_SAMPLES);
    }
    return shapeSpans(probabilities, { frameMs: FRAME_MS, ...HYSTERESIS, totalMs });
  }
}

const scanOf = (data: Float32Array, state: PlainTensor): ScanRequest => ({
  sequence: {
    input: 'input',
    dims: [1, CONTEXT_SAMPLES + NEW_SAMPLES],
    data,
    window: CONTEXT_SAMPLES + NEW_SAMPLES,
    hop: NEW_SAMPLES,
  },
  carried: [{ input: 'state', output: 'stateN', initial: state }],
  constants: { sr: { type: 'int64', dims: [], data: BigInt64Array.of(16_000n) } },
  collect: 'output',
});

/** A frame of silence. */
export const WARM_UP: OnnxRequest = {
  kind: 'scan',
  request: scanOf(new Float32Array(CONTEXT_SAMPLES + NEW_SAMPLES), START),
};

/** Samples as -1..1 behind their context, filled up with silence to whole steps. */
function withContext(context: Float32Array, block: Int16Array): Float32Array<ArrayBuffer> {
  const steps = Math.ceil(block.length / NEW_SAMPLES);
  const data = new Float32Array(CONTEXT_SAMPLES + steps * NEW_SAMPLES);
  data.set(context);
  for (let i = 0; i < block.length; i++) data[CONTEXT_SAMPLES + i] = block[i]! / 32_768;
  return data;
}
