import {
  ModelDocument,
  type ModelEntry,
  type ModelFile,
  type ModelSource,
  type ModelVariant,
} from '@intermodal/contracts';

export type { ModelFile, ModelSource, ModelVariant };

/** Weights, and all that is known about them: one `*.model.ts` file each, or a `*.model.json` of an operator. */
export type Model = ModelDocument;

/** A model of the catalogue, held to the same rules as one of an operator's. */
export const defineModel = (entry: ModelEntry): Model => ModelDocument.parse(entry);

/** What has to be there before a variant can be opened; without one, before the first can. */
export function filesOf(
  model: Model,
  variant: ModelVariant | undefined = model.variants[0],
): readonly ModelFile[] {
  const named = [...model.files, ...(variant?.files ?? [])].map((file) => [file.file, file] as const);
  return [...new Map(named).values()];
}

/** The files of all variants, each once. */
export function allFilesOf(model: Model): readonly ModelFile[] {
  const all = [undefined, ...model.variants].flatMap((variant) => filesOf(model, variant));
  return [...new Map(all.map((file) => [file.file, file])).values()];
}

/** How people call a variant: `q8-cpu`. */
export const variantName = ({ dtype, device }: ModelVariant): string => `${dtype}-${device}`;

/** Undefined where the size of some file is not known. */
export function bytesOf(files: readonly ModelFile[]): number | undefined {
  const sizes = files.flatMap(({ bytes }) => (bytes === undefined ? [] : [bytes]));
  return sizes.length === files.length ? sizes.reduce((sum, bytes) => sum + bytes, 0) : undefined;
}

/** Whether nobody has said yet which of its versions is meant. */
export const isUnpinned = ({ source }: Model): boolean =>
  source.kind === 'hugging-face' && source.revision === undefined;

/** The same model at a commit of its repository, where the catalogue names none. */
export const pinnedAt = (model: Model, revision: string): Model =>
  model.source.kind === 'hugging-face' ? { ...model, source: { ...model.source, revision } } : model;
