import { makeOnnx, type TinyGraph } from '../onnx/make-onnx.ts';
import { maskedSum, READS, type Table } from './masked-sum.ts';
import { jsonFile, tableOf, type ModelFolder } from './model-folder.ts';
import { picturePreprocessor } from './picture-preprocessor.ts';
import { tokenizerFiles, vocabularyOf } from './tokenizer-files.ts';

const COLOURS: Readonly<Record<string, readonly [number, number, number]>> = {
  red: [1, -1, -1],
  green: [-1, 1, -1],
  blue: [-1, -1, 1],
};
const EDGE = 32;
const CONTEXT_TOKENS = 16;

/** A picture is where its mean colour is, and a text where the colours are that it names. */
export function dualTowerFolder(kind: 'clip' | 'siglip' = 'clip'): ModelFolder {
  const [ofTexts, ofPictures] =
    kind === 'clip' ? ['text_embeds', 'image_embeds'] : ['pooler_output', 'pooler_output'];
  const tokenizer = {
    ...{
      words: ['a', 'photo', 'of', ...Object.keys(COLOURS)],
      kind: kind === 'clip' ? 'CLIPTokenizer' : 'SiglipTokenizer',
    },
    ...{ around: kind === 'clip' ? ['<s>', '$A', '</s>'] : ['$A', '</s>'], contextTokens: CONTEXT_TOKENS },
  };
  const vocabulary = vocabularyOf(tokenizer);
  const meanings = tableOf(vocabulary.length, 3, (row) =>
    (COLOURS[vocabulary[row]!] ?? []).map((value, column) => [column, value] as const),
  );
  return {
    ...tokenizerFiles(tokenizer),
    ...picturePreprocessor(kind === 'clip' ? 'CLIPImageProcessor' : 'SiglipImageProcessor', EDGE),
    'config.json': jsonFile({
      ...{ model_type: kind, architectures: [kind === 'clip' ? 'CLIPModel' : 'SiglipModel'] },
      text_config: { max_position_embeddings: CONTEXT_TOKENS },
    }),
    'onnx/vision_model.onnx': makeOnnx({
      inputs: { pixel_values: ['batch', 3, 'height', 'width'] },
      outputs: { [ofPictures!]: ['batch', 3] },
      nodes: [
        {
          operator: 'ReduceMean',
          inputs: ['pixel_values'],
          outputs: [ofPictures!],
          attributes: { axes: [2, 3], keepdims: 0 },
        },
      ],
    }),
    'onnx/text_model.onnx': makeOnnx(
      kind === 'clip' ? maskedSum(meanings, ofTexts!) : fullMean(meanings, ofTexts!),
    ),
  };
}

/** Reads texts that are filled up to its context, and only those: it has as many positions, and weighs each. */
const fullMean = (meanings: Table, output: string): TinyGraph => ({
  inputs: READS,
  outputs: { [output]: ['batch', 3] },
  nodes: [
    { operator: 'Gather', inputs: ['meanings', 'input_ids'], outputs: ['all'] },
    { operator: 'Mul', inputs: ['all', 'positions'], outputs: ['heard'] },
    { operator: 'ReduceSum', inputs: ['heard', 'along'], outputs: [output], attributes: { keepdims: 0 } },
  ],
  weights: {
    meanings,
    positions: { dims: [CONTEXT_TOKENS, 1], data: new Float32Array(CONTEXT_TOKENS).fill(1) },
    along: { dims: [1], data: BigInt64Array.of(1n) },
  },
});
