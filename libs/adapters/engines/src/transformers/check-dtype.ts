import { IntermodalError } from '@intermodal/contracts';
import { DTYPE_ENDINGS, variantName, type Model, type ModelVariant } from '@intermodal/models';

/**
 * Whether the networks of a variant have the names that Transformers.js looks for: another precision than the one that is meant, or the
 * whole weights, would be opened without a word otherwise.
 * @throws IntermodalError `model.invalid`
 */
export function checkDtype(model: Model, variant: ModelVariant): asserts variant is OpenableVariant {
  const { dtype, files } = variant;
  const invalid = (why: string): IntermodalError =>
    new IntermodalError(
      'model.invalid',
      `The variant ${variantName(variant)} of the model ${model.id} ${why}.`,
    );
  if (dtype === 'gguf')
    throw invalid('cannot be opened by the engine transformers: dtype is to be fp32, q8 or the like');
  const networks = files.map(({ file }) => file).filter((file) => file.endsWith('.onnx'));
  if (networks.length === 0) throw invalid('has no file that ends in .onnx');
  const wrong = networks.find((file) => endingOf(file) !== DTYPE_ENDINGS[dtype]);
  if (wrong !== undefined)
    throw invalid(
      `has the network ${wrong}, and a network of dtype ${dtype} is named NAME${DTYPE_ENDINGS[dtype]}.onnx`,
    );
}

export type OpenableVariant = ModelVariant & { readonly dtype: keyof typeof DTYPE_ENDINGS };

const endingOf = (file: string): string =>
  Object.values(DTYPE_ENDINGS).find((ending) => ending !== '' && file.endsWith(`${ending}.onnx`)) ?? '';
