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

/** @throws UnknownModel */
export function modelOf(catalogue: readonly Model[], id: string): Model {
  const model = catalogue.find((one) => one.id === id);
  if (model) return model;
  const [first] = id.split('-') as [string];
  const like = catalogue.filter((one) =>
    [one.id, one.id.replaceAll('-', '')].some((it) => it.includes(first)),
  );
  const hint = like.length > 0 ? `; there are ${like.map((one) => one.id).join(', ')}` : '';
  throw new UnknownModel(id, `There is no model '${id}'${hint} (intermodal models list shows all).`);
}

export class UnknownModel extends UsageError {
  readonly id: string;

  constructor(id: string, message: string) {
    super(message);
    this.id = id;
  }
}

/**
 * What to say of files in the folder of one's own models that are not read; nothing where there are none.
 * @param id what is asked for: files that have it in their name come first
 */
export function unreadText(unread: readonly string[], id?: string): string {
  if (unread.length === 0) return '';
  const isLike = (name: string): boolean => id !== undefined && name.includes(id);
  const ordered = [...unread.filter(isLike), ...unread.filter((name) => !isLike(name))];
  const more = ordered.length > MOST_NAMED ? ` and ${ordered.length - MOST_NAMED} more` : '';
  return `Of INTERMODAL_MODEL_CATALOGUE only names that end in .model.json are read, and not ${ordered.slice(0, MOST_NAMED).join(', ')}${more}.`;
}
const MOST_NAMED = 3;

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
