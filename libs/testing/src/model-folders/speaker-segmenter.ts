import { makeOnnx } from '../onnx/make-onnx.ts';
import { jsonFile, tableOf, type ModelFolder } from './model-folder.ts';
import { toneFilters } from './tone-filters.ts';

/** Those that it knows, hertz: each speaks with one tone. */
export const SPEAKER_TONES = [400, 1_000, 2_000] as const;

const RATE = 16_000;
const FRAME = 320;
/** Nobody, one of the three, two of them. */
const CLASSES: readonly (readonly number[])[] = [[], [0], [1], [2], [0, 1], [0, 2], [1, 2]];

/** A network of pyannote's kind: of each 20 ms it hears which of three tones there are, `atOnce` of them at most. */
export function speakerSegmenterFolder({ atOnce = 2 } = {}): ModelFolder {
  const classes = CLASSES.filter((who) => who.length <= atOnce);
  const filters = toneFilters(SPEAKER_TONES, { frame: FRAME, rate: RATE, from: 'input_values' });
  return {
    'config.json': jsonFile({
      ...{ model_type: 'pyannote', architectures: ['PyAnnoteForAudioFrameClassification'] },
      id2label: Object.fromEntries(classes.map((who, id) => [id, `SPEAKERS_${who.join('_')}`])),
    }),
    'preprocessor_config.json': jsonFile({
      ...{ feature_extractor_type: 'PyAnnoteFeatureExtractor', processor_class: 'PyAnnoteProcessor' },
      ...{ sampling_rate: RATE, feature_size: 1, offset: 0, step: FRAME },
    }),
    'onnx/model.onnx': makeOnnx({
      inputs: { input_values: ['batch', 1, 'samples'] },
      outputs: { logits: ['batch', 'frames', classes.length] },
      nodes: [
        ...filters.nodes,
        { operator: 'Transpose', inputs: ['powers'], outputs: ['frames'], attributes: { perm: [0, 2, 1] } },
        { operator: 'MatMul', inputs: ['frames', 'classes'], outputs: ['heard'] },
        { operator: 'Add', inputs: ['heard', 'usual'], outputs: ['logits'] },
      ],
      weights: {
        ...filters.weights,
        classes: tableOf(2 * SPEAKER_TONES.length, classes.length, (row) =>
          classes.map((who, kind) => [kind, who.includes(Math.floor(row / 2)) ? 300 : -300] as const),
        ),
        usual: {
          dims: [classes.length],
          data: Float32Array.from(classes, ({ length }) => (length === 0 ? 5 : length === 1 ? 0 : -4)),
        },
      },
    }),
  };
}
