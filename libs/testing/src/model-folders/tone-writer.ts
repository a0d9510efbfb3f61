import { makeOnnx } from '../onnx/make-onnx.ts';
import { byteLevelTokenizer, withSpace } from './byte-level-tokenizer.ts';
import { mergedDecoder } from './merged-decoder.ts';
import { jsonFile, tableOf, type ModelFolder } from './model-folder.ts';
import { bandOf, ENGLISH, hertzOf, TONE_MS } from './tone-words.ts';
import { toneFiltersOfWaves } from './tone-filters.ts';

export interface ToneWriterOptions {
  /** It never ends by itself, as the real one where it loses its way. */
  readonly endless?: boolean;
}

const RATE = 16_000;
/** Whole enough waves of each tone, so that no two words are mixed up; a word is five of these. */
const FRAME = 1_600;
const [END, START] = ['</s>', '<s>'];
const VOCABULARY = [...ENGLISH.map(withSpace), START, END];
const idOf = (token: string): number => VOCABULARY.indexOf(token);
const POSITIONS = 194;

/** A network of Moonshine's kind that knows the words of `writeToneSpeech`: of each half second of the wave it hears which tone that is. */
export function toneWriterFolder({ endless = false }: ToneWriterOptions = {}): ModelFolder {
  const filters = toneFiltersOfWaves(
    ENGLISH.map((_, word) => hertzOf(bandOf(word))),
    { frame: FRAME, rate: RATE },
  );
  const ends = {
    ...{ eos_token_id: idOf(END), pad_token_id: idOf(END), bos_token_id: idOf(START) },
    decoder_start_token_id: idOf(START),
  };
  return {
    ...byteLevelTokenizer({
      ...{ vocabulary: VOCABULARY, special: [START, END], kind: 'PreTrainedTokenizerFast', end: END },
    }),
    'config.json': jsonFile({
      ...{ model_type: 'moonshine', architectures: ['MoonshineForConditionalGeneration'] },
      ...{ is_encoder_decoder: true, hidden_size: 1, vocab_size: VOCABULARY.length },
      ...{ decoder_num_hidden_layers: 1, decoder_num_key_value_heads: 1, decoder_num_attention_heads: 1 },
      ...{ encoder_num_hidden_layers: 1, encoder_num_key_value_heads: 1, encoder_num_attention_heads: 1 },
      ...{ max_position_embeddings: POSITIONS, ...ends },
    }),
    'generation_config.json': jsonFile({ ...ends, max_length: POSITIONS }),
    'preprocessor_config.json': jsonFile({
      ...{ feature_extractor_type: 'Wav2Vec2FeatureExtractor', processor_class: 'MoonshineProcessor' },
      ...{ sampling_rate: RATE, feature_size: 1, do_normalize: false, padding_value: 0 },
    }),
    'onnx/encoder_model.onnx': makeOnnx({
      inputs: { input_values: ['batch_size', 'samples'] },
      outputs: { last_hidden_state: ['batch_size', 'blocks', ENGLISH.length] },
      nodes: [
        ...filters.nodes,
        {
          operator: 'AveragePool',
          inputs: ['powers'],
          outputs: ['blocks'],
          attributes: {
            kernel_shape: [(TONE_MS * RATE) / 1000 / FRAME],
            strides: [(TONE_MS * RATE) / 1000 / FRAME],
            // What is left over is a block, too, and mostly silence.
            ceil_mode: 1,
          },
        },
        { operator: 'Transpose', inputs: ['blocks'], outputs: ['turned'], attributes: { perm: [0, 2, 1] } },
        { operator: 'MatMul', inputs: ['turned', 'words'], outputs: ['heard'] },
        // Behind the last word is silence, by which it ends.
        { operator: 'Pad', inputs: ['heard', 'one_more'], outputs: ['last_hidden_state'] },
      ],
      weights: {
        ...filters.weights,
        words: tableOf(2 * ENGLISH.length, ENGLISH.length, (row) => [[Math.floor(row / 2), 1_000]]),
        one_more: { dims: [6], data: BigInt64Array.of(0n, 0n, 0n, 0n, 1n, 0n) },
      },
    }),
    'onnx/decoder_model_merged.onnx': mergedDecoder({
      ...{ tokens: VOCABULARY.length, width: ENGLISH.length },
      table: tableOf(ENGLISH.length, VOCABULARY.length, (word) => [[word, 1]]),
      more: {
        nodes: [{ operator: 'Add', inputs: ['seen', 'silence'], outputs: ['scores'] }],
        weights: {
          silence: {
            dims: [VOCABULARY.length],
            data: Float32Array.from(VOCABULARY, (token) =>
              token === END && !endless ? 15 : token === START ? -9 : 0,
            ),
          },
        },
      },
    }),
  };
}
