import { IntermodalError, ModelDocument } from '@intermodal/contracts';
import type { Model } from './model.ts';

/** A `*.model.json` file of an operator, as it was read. */
export interface ModelFileText {
  readonly file: string;
  readonly text: string;
}

/**
 * The models that are shipped and those of an operator. An own one takes the place of a shipped one only if it says so.
 * @throws IntermodalError `model.invalid` with every fault of every file
 */
export function joinCatalogues(shipped: readonly Model[], files: readonly ModelFileText[]): readonly Model[] {
  const faults: string[] = [];
  const own = new Map<string, { model: Model; file: string }>();
  for (const { file, text } of files) {
    const model = parse(file, text, faults);
    if (!model) continue;
    const other = own.get(model.id)?.file;
    if (other !== undefined) faults.push(`${file}: id: '${model.id}' is the id of ${other} too`);
    else own.set(model.id, { model, file });
    const isShipped = shipped.some(({ id }) => id === model.id);
    if (isShipped && !model.replacesShipped)
      faults.push(
        `${file}: id: '${model.id}' is a shipped model; take another id, or say "replacesShipped": true`,
      );
    if (!isShipped && model.replacesShipped)
      faults.push(`${file}: replacesShipped: there is no shipped model '${model.id}' to replace`);
  }
  if (faults.length > 0)
    throw new IntermodalError('model.invalid', `The models of your own have faults: ${faults.join('; ')}.`, {
      details: faults,
    });
  return [...shipped.filter(({ id }) => !own.has(id)), ...[...own.values()].map(({ model }) => model)];
}

function parse(file: string, text: string, faults: string[]): Model | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    faults.push(`${file}: is not JSON (${(error as Error).message})`);
    return undefined;
  }
  const parsed = ModelDocument.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues)
    faults.push(`${file}: ${path.length === 0 ? '' : `${path.join('.')}: `}${message}`);
  return undefined;
}
