import { makeOnnx } from '../onnx/make-onnx.ts';
import { maskedSum } from './masked-sum.ts';
import { jsonFile, tableOf, type ModelFolder } from './model-folder.ts';
import { tokenizerFiles, vocabularyOf } from './tokenizer-files.ts';

const RATE = 48_000;
/** Of a second, which is what it hears. */
const FRAMES = 101;
const BANDS = 64;
/** What it knows, each with the bands in which it is loud: of some 500 Hz, 3 kHz and 10 kHz. */
const SOUNDS: Readonly<Record<string, readonly [from: number, to: number]>> = {
  hum: [0, 16],
  whistle: [28, 44],
  hiss: [54, 64],
};
const CONTEXT_TOKENS = 16;

/** A sound is where the bands are in which it is loud for long, and a text where the sounds are that it names. The highest are heard at 48 kHz only. */
export function soundTowerFolder({ truncation = 'rand_trunc' } = {}): ModelFolder {
  const kinds = Object.values(SOUNDS);
  const tokenizer = {
    ...{ words: ['the', 'sound', 'of', 'a', ...Object.keys(SOUNDS)], kind: 'RobertaTokenizer' },
    ...{ around: ['<s>', '$A', '</s>'], contextTokens: CONTEXT_TOKENS },
  };
  const vocabulary = vocabularyOf(tokenizer);
  return {
    ...tokenizerFiles(tokenizer),
    'config.json': jsonFile({
      ...{ model_type: 'clap', architectures: ['ClapModel'] },
      text_config: { model_type: 'clap_text_model', max_position_embeddings: CONTEXT_TOKENS + 2 },
    }),
    'preprocessor_config.json': jsonFile({
      ...{ feature_extractor_type: 'ClapFeatureExtractor', processor_class: 'ClapProcessor' },
      ...{ sampling_rate: RATE, nb_max_samples: RATE, max_length_s: 1, padding: 'repeatpad', truncation },
      ...{ feature_size: BANDS, fft_window_size: 1024, nb_frequency_bins: 513, hop_length: 480 },
      ...{ frequency_min: 50, frequency_max: 14_000, top_db: null, padding_value: 0 },
    }),
    'onnx/audio_model.onnx': makeOnnx({
      inputs: { input_features: ['batch', 1, FRAMES, BANDS] },
      outputs: { audio_embeds: ['batch', kinds.length] },
      nodes: [
        {
          operator: 'ReduceMean',
          inputs: ['input_features'],
          outputs: ['decibels'],
          attributes: { axes: [1, 2], keepdims: 0 },
        },
        { operator: 'Sub', inputs: ['decibels', 'threshold'], outputs: ['above'] },
        { operator: 'Relu', inputs: ['above'], outputs: ['heard'] },
        { operator: 'MatMul', inputs: ['heard', 'kinds'], outputs: ['loud'] },
        { operator: 'Add', inputs: ['loud', 'least'], outputs: ['audio_embeds'] },
      ],
      weights: {
        threshold: { dims: [1], data: Float32Array.of(-20) },
        kinds: tableOf(BANDS, kinds.length, (band) =>
          kinds.flatMap(([from, to], kind) => (band >= from && band < to ? [[kind, 1] as const] : [])),
        ),
        least: { dims: [1], data: Float32Array.of(0.1) },
      },
    }),
    'onnx/text_model.onnx': makeOnnx(
      maskedSum(
        tableOf(vocabulary.length, kinds.length, (row) => {
          const kind = Object.keys(SOUNDS).indexOf(vocabulary[row]!);
          return kind < 0 ? kinds.map((_, i) => [i, 0.01] as const) : [[kind, 1]];
        }),
        'text_embeds',
      ),
    ),
  };
}
