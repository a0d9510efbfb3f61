import { MODELS, PRESETS, type Model } from '@intermodal/models';
import { UsageError } from './exit-codes.ts';

/** The models that a command line names; where it names none, those of `fallback`. */
export function chosenModels(
  catalogue: readonly Model[],
  ids: readonly string[],
  preset: string | undefined,
  fallback: readonly Model[],
): readonly Model[] {
  const named = ids.map((id) => modelOf(catalogue, id));
  if (preset === undefined) return ids.length === 0 ? fallback : named;
  if (!Object.hasOwn(PRESETS, preset))
    throw new UsageError(`There is no preset '${preset}'; there are ${Object.keys(PRESETS).join(', ')}.`);
  const ofPreset = PRESETS[preset]!.models.map(({ id }) => modelOf(catalogue, id));
  return [...new Set([...ofPreset, ...named])];
}

export function modelOf(catalogue: readonly Model[], id: string): Model {
  const model = catalogue.find((one) => one.id === id);
  if (model) return model;
  const like = catalogue.filter((one) => one.id.includes(id.split('-')[0]!)).map((one) => one.id);
  const hint = like.length > 0 ? `; there are ${like.join(', ')}` : '';
  throw new UsageError(`There is no model '${id}'${hint} (intermodal models list shows all).`);
}

/** The variant that a preset is made of, where it says one. */
export const variantOf = (preset: string | undefined): string | undefined =>
  preset === undefined ? undefined : PRESETS[preset]?.variant;

/** What is pulled when nothing is named: what of the shipped catalogue has been run here, and the models of one's own. */
export const wantedByAll = (catalogue: readonly Model[]): readonly Model[] => [
  ...MODELS.filter(({ tested }) => tested !== false).map(({ id }) => modelOf(catalogue, id)),
  ...catalogue.filter((model) => !MODELS.some(({ id }) => id === model.id)),
];

export const presetsText = (): string =>
  Object.entries(PRESETS)
    .map(([name, { summary }]) => `${name}: ${summary}`)
    .join(' ');
