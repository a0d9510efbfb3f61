import type { ModelVariant } from './model.ts';

/**
 * How Transformers.js names the file of a network by its precision, before `.onnx`. One that it does not know it takes for fp32 without a
 * word, so nothing is opened by a name that is not here.
 */
export const DTYPE_ENDINGS: Readonly<Record<Exclude<ModelVariant['dtype'], 'gguf'>, string>> = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q4: '_q4',
  q4f16: '_q4f16',
  bnb4: '_bnb4',
};
