import { makeOnnx, type TinyNode } from '../onnx/make-onnx.ts';
import { foundSpots } from './found-spots.ts';
import { jsonFile, tableOf, type ModelFolder } from './model-folder.ts';
import { picturePreprocessor } from './picture-preprocessor.ts';
import { tokenizerFiles, vocabularyOf } from './tokenizer-files.ts';

const EDGE = 32;
const COLOURS = ['red', 'green', 'blue'];
const CONTEXT_TOKENS = 16;

const KINDS = {
  owlvit: {
    ...{ processor: 'OwlViTImageProcessor', model: 'OwlViTForObjectDetection', tokenizer: 'CLIPTokenizer' },
    around: ['<s>', '$A', '</s>'],
  },
  owlv2: {
    ...{ processor: 'Owlv2ImageProcessor', model: 'Owlv2ForObjectDetection', tokenizer: 'CLIPTokenizer' },
    around: ['<s>', '$A', '</s>'],
  },
  'grounding-dino': {
    ...{ processor: 'GroundingDinoImageProcessor', model: 'GroundingDinoForObjectDetection' },
    ...{ tokenizer: 'BertTokenizer', around: ['<s>', '$A', '</s>'] },
  },
};

/**
 * Finds what has the colours that labels name: a query for each colour, with the box of what has it. Of OWL's kind it scores labels, of
 * Grounding DINO's the tokens of one text, and behind that text it says minus infinity.
 */
export function openDetectorFolder(kind: keyof typeof KINDS): ModelFolder {
  const { processor, model, tokenizer: tokenizerKind, around } = KINDS[kind];
  const tokenizer = {
    ...{ words: ['a', 'photo', 'of', 'thing', '.', ...COLOURS], kind: tokenizerKind, around },
    ...{ contextTokens: CONTEXT_TOKENS, splitsSigns: true },
  };
  const vocabulary = vocabularyOf(tokenizer);
  const spots = foundSpots(EDGE, [
    [1, -0.5, -0.5],
    [-0.5, 1, -0.5],
    [-0.5, -0.5, 1],
  ]);
  const isGrounded = kind === 'grounding-dino';
  const rows = isGrounded ? 1 : 'labels';
  const text = { type: 'int64', dims: [rows, 'length'] } as const;
  return {
    ...tokenizerFiles(tokenizer),
    ...picturePreprocessor(processor, EDGE, { do_pad: kind === 'owlv2' }),
    'config.json': jsonFile({
      ...{ model_type: kind, architectures: [model] },
      ...(isGrounded
        ? { max_text_len: CONTEXT_TOKENS }
        : { text_config: { max_position_embeddings: CONTEXT_TOKENS } }),
    }),
    'onnx/model.onnx': makeOnnx({
      inputs: {
        ...{ input_ids: text, attention_mask: text, ...(isGrounded && { token_type_ids: text }) },
        pixel_values: [1, 3, EDGE, EDGE],
        ...(isGrounded && { pixel_mask: { type: 'int64', dims: [1, EDGE, EDGE] } }),
      },
      outputs: { logits: [1, COLOURS.length, 'scores'], pred_boxes: [1, COLOURS.length, 4] },
      nodes: [
        ...spots.nodes,
        { operator: 'Gather', inputs: ['meanings', 'input_ids'], outputs: ['words'] },
        ...(isGrounded ? TOKENS : LABELS),
        { operator: 'Mul', inputs: ['most', 'sure'], outputs: ['raised'] },
        { operator: 'Mul', inputs: ['raised', 'named'], outputs: ['alike'] },
        {
          operator: 'Add',
          inputs: ['alike', 'usual'],
          outputs: [isGrounded ? 'within' : 'logits'],
        },
        ...(isGrounded ? BEYOND : []),
      ],
      weights: {
        ...spots.weights,
        meanings: tableOf(vocabulary.length, COLOURS.length, (row) =>
          COLOURS.flatMap((colour, column) => (vocabulary[row] === colour ? [[column, 1] as const] : [])),
        ),
        along: { dims: [1], data: BigInt64Array.of(1n) },
        sure: { dims: [1], data: Float32Array.of(20) },
        usual: { dims: [1], data: Float32Array.of(-6) },
        ...(isGrounded && {
          beyond: {
            dims: [1, COLOURS.length, 4],
            data: new Float32Array(COLOURS.length * 4).fill(-Infinity),
          },
        }),
      },
    }),
  };
}

/** `named` [colours, labels]: which colours a label names. */
const LABELS: readonly TinyNode[] = [
  { operator: 'ReduceSum', inputs: ['words', 'along'], outputs: ['texts'], attributes: { keepdims: 0 } },
  { operator: 'Transpose', inputs: ['texts'], outputs: ['named'], attributes: { perm: [1, 0] } },
];

/** `named` [1, colours, tokens]: which colour a token names. */
const TOKENS: readonly TinyNode[] = [
  { operator: 'Transpose', inputs: ['words'], outputs: ['named'], attributes: { perm: [0, 2, 1] } },
];

const BEYOND: readonly TinyNode[] = [
  { operator: 'Concat', inputs: ['within', 'beyond'], outputs: ['logits'], attributes: { axis: 2 } },
];
