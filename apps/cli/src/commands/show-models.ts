import type { FolderModelStore, State } from '@intermodal/engines';
import { IntermodalError } from '@intermodal/contracts';
import { allFilesOf, bytesOf, filesOf, MODELS, PRESETS, variantName, type Model } from '@intermodal/models';
import { size } from './drawing.ts';

/** What is told of a model, as JSON and for people. */
export interface ModelRow {
  readonly id: string;
  readonly state: State;
  /** Of its first variant; null where nobody knows. */
  readonly bytes: number | null;
  readonly licence: string;
  readonly nonCommercial: boolean;
  readonly engine: string;
  readonly tasks: readonly string[];
  readonly architecture: string;
  readonly languages: readonly string[];
  readonly summary: string;
  readonly tested: string | false;
  /** Of an operator's catalogue. */
  readonly own: boolean;
  readonly presets: readonly string[];
  readonly source: Model['source'];
  /** The commit of its repository, by the catalogue or as it was chosen; null where there is none, or nobody has. */
  readonly revision: string | null;
  /** Where its files stand, or would. */
  readonly folder: string | null;
  readonly memoryBytes: Model['memoryBytes'];
  readonly variants: readonly {
    readonly name: string;
    readonly state: State;
    readonly bytes: number | null;
    readonly memoryBytes: number | null;
    readonly files: readonly string[];
  }[];
  readonly files: readonly {
    readonly file: string;
    readonly bytes: number | null;
    readonly sha256: string | null;
  }[];
}

/** @param state in place of what names and lengths say */
export async function rowOf(model: Model, store: FolderModelStore, state?: State): Promise<ModelRow> {
  const standing = await store.standing(model);
  return {
    id: model.id,
    state: state ?? standing.state,
    bytes: bytesOf(filesOf(model)) ?? null,
    licence: model.licence,
    nonCommercial: model.nonCommercial,
    engine: model.engine,
    tasks: model.tasks,
    architecture: model.architecture,
    languages: model.languages,
    summary: model.summary,
    tested: model.tested,
    own: !MODELS.includes(model),
    presets: Object.keys(PRESETS).filter((name) => PRESETS[name]!.models.includes(model)),
    source: model.source,
    revision: standing.revision ?? null,
    folder: standing.folder ?? null,
    memoryBytes: model.memoryBytes,
    variants: model.variants.map((variant) => {
      const name = variantName(variant);
      return {
        name,
        state: standing.variants.find((one) => one.name === name)?.state ?? standing.state,
        bytes: bytesOf(filesOf(model, variant)) ?? null,
        memoryBytes: variant.memoryBytes ?? model.memoryBytes[variant.device] ?? null,
        files: filesOf(model, variant).map(({ file }) => file),
      };
    }),
    files: allFilesOf(model).map(({ file, bytes, sha256 }) => ({
      file,
      bytes: bytes ?? null,
      sha256: sha256 ?? null,
    })),
  };
}

/** What every byte of a model that is here says. */
export async function verifiedStateOf(model: Model, store: FolderModelStore): Promise<State> {
  const { state } = await store.standing(model);
  try {
    await store.verify(model);
    return state;
  } catch (error) {
    if (error instanceof IntermodalError && error.code === 'model.corrupt') return 'damaged';
    throw error;
  }
}

export function lineOf({ id, state, bytes, engine, tasks, licence, nonCommercial }: ModelRow): string {
  const cells = [id.padEnd(32), state.padEnd(8), sizeOf(bytes).padStart(8), ` ${engine.padEnd(12)}`];
  const mark = nonCommercial ? ' (non-commercial)' : '';
  return [...cells, tasks.join(', ').padEnd(32), `${licence}${mark}`].join(' ');
}

export function* detailsOf(row: ModelRow): Generator<string> {
  yield `${row.id}: ${row.summary}`;
  yield `state         ${row.state}${row.folder === null ? '' : ` (${row.folder})`}`;
  yield `engine        ${row.engine}, architecture ${row.architecture}`;
  yield `tasks         ${row.tasks.join(', ')}`;
  if (row.languages.length > 0) yield `languages     ${row.languages.join(', ')}`;
  yield `licence       ${row.licence}${row.nonCommercial ? ': not for commercial use' : ''}`;
  yield `source        ${sourceText(row.source)}`;
  if (row.source.kind === 'hugging-face')
    yield `revision      ${row.revision ?? `nobody has said: intermodal models pull ${row.id} --revision COMMIT`}`;
  yield `tested by     ${row.tested === false ? 'nothing: not tested' : row.tested}`;
  for (const { name, state, bytes, memoryBytes } of row.variants)
    yield `variant       ${name}: ${state}, ${sizeOf(bytes)}${memoryBytes === null ? '' : `, ${size(memoryBytes)} of memory`}`;
  for (const { file, bytes, sha256 } of row.files)
    yield `file          ${file}  ${sizeOf(bytes)}  ${sha256 ?? 'hash recorded when it is first pulled'}`;
}

const sizeOf = (bytes: number | null): string => (bytes === null ? '?' : size(bytes));

function sourceText(source: Model['source']): string {
  switch (source.kind) {
    case 'hugging-face':
      return `Hugging Face, ${source.repository}`;
    case 'web':
      return source.address;
    case 's3':
      return source.prefix;
    case 'folder':
      return source.folder;
  }
}
