import { IntermodalError } from '@intermodal/contracts';
import type { TransformersModel } from './transformers-model.ts';

/** What stands for a number that has no label, as in COCO. */
export const NO_LABEL = 'n/a';

/**
 * What a model sees, by its number, in lower case.
 * @throws IntermodalError `model.invalid`
 */
export function labelsOf({ config, model }: TransformersModel): readonly string[] {
  const entries = Object.entries((config.id2label ?? {}) as Record<string, unknown>);
  if (entries.length === 0)
    throw new IntermodalError(
      'model.invalid',
      `The model ${model.id} cannot be opened: its config.json has no id2label, which names what it sees.`,
    );
  const labels: string[] = [];
  for (const [number, label] of entries) labels[Number(number)] = String(label).toLowerCase();
  return Array.from(labels, (label) => label ?? NO_LABEL);
}
