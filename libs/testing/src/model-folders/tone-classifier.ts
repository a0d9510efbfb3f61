import { makeOnnx, type TinyGraph } from '../onnx/make-onnx.ts';
import { jsonFile, tableOf, type ModelFolder } from './model-folder.ts';
import { toneFiltersOfWaves } from './tone-filters.ts';

/** What a sound can be: the tones, hertz. */
export const CLASSIFIED_TONES: Readonly<Record<string, number>> = { Hum: 300, Whistle: 3_000 };
const LABELS = [...Object.keys(CLASSIFIED_TONES), 'Quiet'];

const RATE = 16_000;
const FRAME = 320;
const BANDS = 16;
const FRAMES = 100;

export interface ToneClassifierOptions {
  /** A spectrogram of a second at most, or waves of any length. */
  readonly kind?: 'audio-spectrogram-transformer' | 'wav2vec2' | 'hubert' | 'wavlm';
  /** Several labels may hold at once. */
  readonly several?: boolean;
}

/** Says which of two tones is loudest in a clip, or that none is. */
export const toneClassifierFolder = ({
  kind = 'audio-spectrogram-transformer',
  several = false,
}: ToneClassifierOptions = {}): ModelFolder => ({
  'config.json': jsonFile({
    ...{ model_type: kind, architectures: [CLASSES[kind]], id2label: { ...LABELS } },
    ...(several && { problem_type: 'multi_label_classification' }),
  }),
  ...(kind === 'audio-spectrogram-transformer' ? ofSpectrograms() : ofWaves()),
});

const CLASSES = {
  'audio-spectrogram-transformer': 'ASTForAudioClassification',
  wav2vec2: 'Wav2Vec2ForSequenceClassification',
  hubert: 'HubertForSequenceClassification',
  wavlm: 'WavLMForSequenceClassification',
};

/** In what a shorter clip is filled up with it hears neither. */
const ofSpectrograms = (): ModelFolder => ({
  'preprocessor_config.json': jsonFile({
    ...{ feature_extractor_type: 'ASTFeatureExtractor', sampling_rate: RATE, num_mel_bins: BANDS },
    ...{ max_length: FRAMES, do_normalize: true, mean: -4.27, std: 4.57, padding_value: 0 },
  }),
  'onnx/model.onnx': makeOnnx({
    inputs: { input_values: ['batch', FRAMES, BANDS] },
    outputs: { logits: ['batch', LABELS.length] },
    nodes: [
      {
        operator: 'ReduceMax',
        inputs: ['input_values'],
        outputs: ['loudest'],
        attributes: { axes: [1], keepdims: 0 },
      },
      ...told('loudest'),
    ],
    weights: {
      // 300 Hz is in the second of these bands, and 3 kHz in the eleventh: there they are above what a clip is filled up with.
      labels: tableOf(BANDS, LABELS.length, (band) =>
        band === 1 ? [[0, 40]] : band === 10 ? [[1, 20]] : [],
      ),
      silence: { dims: [LABELS.length], data: Float32Array.of(-24, -12, 2) },
    },
  }),
});

/** It has no mask: in what a shorter clip would be filled up with it would hear silence. */
function ofWaves(): ModelFolder {
  const tones = Object.values(CLASSIFIED_TONES);
  const filters = toneFiltersOfWaves(tones, { frame: FRAME, rate: RATE });
  return {
    'preprocessor_config.json': jsonFile({
      ...{ feature_extractor_type: 'Wav2Vec2FeatureExtractor', sampling_rate: RATE, feature_size: 1 },
      ...{ do_normalize: true, return_attention_mask: false, padding_value: 0 },
    }),
    'onnx/model.onnx': makeOnnx({
      inputs: { input_values: ['batch', 'samples'] },
      outputs: { logits: ['batch', LABELS.length] },
      nodes: [
        ...filters.nodes,
        {
          operator: 'ReduceMean',
          inputs: ['powers'],
          outputs: ['mean'],
          attributes: { axes: [2], keepdims: 0 },
        },
        ...told('mean'),
      ],
      weights: {
        ...filters.weights,
        labels: tableOf(2 * tones.length, LABELS.length, (row) => [[Math.floor(row / 2), 4]]),
        silence: { dims: [LABELS.length], data: Float32Array.of(0, 0, 2) },
      },
    }),
  };
}

const told = (heard: string): TinyGraph['nodes'] => [
  { operator: 'MatMul', inputs: [heard, 'labels'], outputs: ['scores'] },
  { operator: 'Add', inputs: ['scores', 'silence'], outputs: ['logits'] },
];
