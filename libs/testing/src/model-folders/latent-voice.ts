import { makeOnnx } from '../onnx/make-onnx.ts';
import { LETTERS, letterTokenizer } from './letter-tokenizer.ts';
import { jsonFile, tableOf, type ModelFolder } from './model-folder.ts';

const RATE = 16_000;
/** Of a frame: how fast the tone swings, how loud it is, and the noise that it was made of. */
const CHANNELS = 3;
/** A frame for each letter. */
const FRAME = 768;
/** A little less, so that rounding makes no frame more. 1.05: how much faster than it was predicted it is spoken. */
const LETTER_SECONDS = ((FRAME - 0.15) / RATE) * 1.05;
const STYLE = 4;
const HISS = 0.01;

export interface LatentVoiceOptions {
  /** Files of voices by their names, and how loud each is. */
  readonly voices?: Readonly<Record<string, number>>;
}

/**
 * A voice of Supertonic's kind: each letter is a tone of 48 ms, as loud as the voice says. Noise becomes these tones step by step, and all of the way
 * only if every step is made; a trace of the noise stays in the sound.
 */
export const latentVoiceFolder = ({ voices = { F1: 0.5 } }: LatentVoiceOptions = {}): ModelFolder => ({
  'config.json': jsonFile({
    ...{ model_type: 'supertonic', architectures: ['SupertonicForConditionalGeneration'] },
    ...{ sampling_rate: RATE, style_dim: STYLE },
    ...{ latent_dim: 1, chunk_compress_factor: CHANNELS, base_chunk_size: FRAME / CHANNELS },
  }),
  ...letterTokenizer('PreTrainedTokenizer'),
  ...Object.fromEntries(
    Object.entries(voices).map(([voice, loudness]) => [
      `voices/${voice}.bin`,
      new Uint8Array(new Float32Array(2 * STYLE).fill(loudness).buffer),
    ]),
  ),
  'onnx/text_encoder.onnx': makeOnnx({
    inputs: {
      input_ids: { type: 'int64', dims: ['batch', 'length'] },
      attention_mask: { type: 'int64', dims: ['batch', 'length'] },
      style: ['batch', 'rows', STYLE],
    },
    outputs: { last_hidden_state: ['batch', 2, 'length'], durations: ['batch'] },
    nodes: [
      { operator: 'Gather', inputs: ['swings', 'input_ids'], outputs: ['swinging'] },
      { operator: 'Transpose', inputs: ['swinging'], outputs: ['pitch'], attributes: { perm: [0, 2, 1] } },
      {
        ...{ operator: 'ReduceMean', inputs: ['style'], outputs: ['loudness'] },
        attributes: { axes: [1, 2], keepdims: 1 },
      },
      { operator: 'Mul', inputs: ['pitch', 'none'], outputs: ['silent'] },
      { operator: 'Add', inputs: ['silent', 'loudness'], outputs: ['loud'] },
      {
        ...{ operator: 'Concat', inputs: ['pitch', 'loud'], outputs: ['last_hidden_state'] },
        attributes: { axis: 1 },
      },
      { operator: 'Cast', inputs: ['attention_mask'], outputs: ['read'], attributes: { to: 1 } },
      {
        ...{ operator: 'ReduceSum', inputs: ['read', 'lengthwise'], outputs: ['letters'] },
        attributes: { keepdims: 0 },
      },
      { operator: 'Mul', inputs: ['letters', 'seconds'], outputs: ['durations'] },
    ],
    weights: {
      swings: tableOf(LETTERS.length, 1, (id) => [[0, 2 * Math.PI * hertzOf(id)]]),
      none: { dims: [1], data: Float32Array.of(0) },
      seconds: { dims: [1], data: Float32Array.of(LETTER_SECONDS) },
      lengthwise: { dims: [1], data: BigInt64Array.of(1n) },
    },
  }),
  'onnx/latent_denoiser.onnx': makeOnnx({
    inputs: {
      noisy_latents: ['batch', CHANNELS, 'frames'],
      encoder_outputs: ['batch', 2, 'frames'],
      ...{ timestep: ['batch'], num_inference_steps: ['batch'] },
    },
    outputs: { denoised_latents: ['batch', CHANNELS, 'frames'] },
    nodes: [
      { operator: 'Slice', inputs: ['noisy_latents', 'zero', 'two', 'one'], outputs: ['held'] },
      { operator: 'Slice', inputs: ['noisy_latents', 'two', 'three', 'one'], outputs: ['hiss'] },
      { operator: 'Sub', inputs: ['num_inference_steps', 'timestep'], outputs: ['ahead'] },
      { operator: 'Unsqueeze', inputs: ['ahead', 'behind'], outputs: ['steps'] },
      { operator: 'Sub', inputs: ['encoder_outputs', 'held'], outputs: ['way'] },
      { operator: 'Div', inputs: ['way', 'steps'], outputs: ['step'] },
      { operator: 'Add', inputs: ['held', 'step'], outputs: ['nearer'] },
      {
        ...{ operator: 'Concat', inputs: ['nearer', 'hiss'], outputs: ['denoised_latents'] },
        attributes: { axis: 1 },
      },
    ],
    weights: {
      ...Object.fromEntries(
        ['zero', 'one', 'two', 'three'].map((name, at) => [
          name,
          { dims: [1], data: BigInt64Array.of(BigInt(at)) },
        ]),
      ),
      behind: { dims: [2], data: BigInt64Array.of(1n, 2n) },
    },
  }),
  'onnx/voice_decoder.onnx': makeOnnx({
    inputs: { latents: ['batch', CHANNELS, 'frames'] },
    outputs: { waveform: ['batch', 'samples'] },
    nodes: [
      { operator: 'Transpose', inputs: ['latents'], outputs: ['frames'], attributes: { perm: [0, 2, 1] } },
      {
        ...{ operator: 'Split', inputs: ['frames'], outputs: ['pitch', 'loud', 'noise'] },
        attributes: { axis: 2 },
      },
      { operator: 'MatMul', inputs: ['pitch', 'times'], outputs: ['phases'] },
      { operator: 'Sin', inputs: ['phases'], outputs: ['tones'] },
      { operator: 'Mul', inputs: ['tones', 'loud'], outputs: ['spoken'] },
      { operator: 'Mul', inputs: ['noise', 'trace'], outputs: ['hiss'] },
      { operator: 'Add', inputs: ['spoken', 'hiss'], outputs: ['sound'] },
      { operator: 'Reshape', inputs: ['sound', 'flat'], outputs: ['waveform'] },
    ],
    weights: {
      times: { dims: [1, FRAME], data: Float32Array.from({ length: FRAME }, (_, i) => i / RATE) },
      trace: { dims: [1], data: Float32Array.of(HISS) },
      flat: { dims: [2], data: BigInt64Array.of(0n, -1n) },
    },
  }),
});

const hertzOf = (id: number): number => 200 + 20 * id;
