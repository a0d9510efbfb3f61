import { IntermodalError } from '@intermodal/contracts';
import { variantName, type Model, type ModelVariant } from '@intermodal/models';

/**
 * The variant of a name such as `q8-cpu`; the first one, when nobody asks for one.
 * @throws IntermodalError `model.invalid`
 */
export function chosenVariant(model: Model, name: string | undefined): ModelVariant | undefined {
  if (name === undefined) return model.variants[0];
  const variant = model.variants.find((one) => variantName(one) === name);
  if (variant) return variant;
  const names = model.variants.map(variantName).join(', ');
  throw new IntermodalError(
    'model.invalid',
    `The model ${model.id} has no variant '${name}': ${names === '' ? 'it has only one' : `it has ${names}`}.`,
  );
}
