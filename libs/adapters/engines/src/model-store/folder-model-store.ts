import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { IntermodalError } from '@intermodal/contracts';
import {
  allFilesOf,
  filesOf,
  isUnpinned,
  MODELS,
  pinnedAt,
  variantName,
  type Model,
  type ModelFile,
  type ModelStore,
  type ModelVariant,
} from '@intermodal/models';
import pMap from 'p-map';
import { OpenBuckets } from './open-buckets.ts';
import type { OpenBucket } from './bucket-place.ts';
import { checkExternalData } from './external-data-check.ts';
import type { HuggingFaceAccess } from './hugging-face-place.ts';
import { standingOf, type Standing } from './standing.ts';
import { freePartials } from './partial-file.ts';
import { Pins } from './pins.ts';
import { giveUp, Refused, type Place } from './place.ts';
import { isBucket, mirrorAt, originOf, pathAtMirror, pathAtOrigin } from './places.ts';
import { PAUSE_MS, pullFile, unavailable, type PullProgress, type Wanted } from './pull-file.ts';
import { putCopy } from './put-file.ts';
import { parseRecord, readRecord, RECORD, recordOnce, type RecordedHash } from './recorded-hash.ts';
import { bytesIn, makeSureOfRoom } from './room.ts';
import { FileVerifier, corrupt, sha256Of, type Expected } from './verify-file.ts';
import { chosenVariant } from './chosen-variant.ts';
import { versionOf } from './version.ts';

/** Files that are fetched at the same time. */
const AT_A_TIME = 4;

export interface FolderModelStoreOptions {
  /** `INTERMODAL_MODEL_DIR` */
  readonly folder: string;
  /** `INTERMODAL_MODEL_MIRROR`: a folder, an address or `s3://bucket/prefix` with `<id>/<file>`, looked into first. */
  readonly mirror?: string | undefined;
  /** `INTERMODAL_MODEL_MIRROR_TOKEN`: for a mirror with an address. */
  readonly mirrorToken?: string | undefined;
  /** Every model there is; the shipped ones, when left out. What stands in it for a shipped model is opened in its place. */
  readonly catalogue?: readonly Model[];
  /** `INTERMODAL_MODEL_MAX_BYTES`: what the folder may hold. */
  readonly maxBytes?: number | undefined;
  readonly huggingFace?: HuggingFaceAccess;
  /** Without it nothing is fetched from S3. */
  readonly openBucket?: OpenBucket;
  /** Before a connection that broke is tried again. */
  readonly pauseMs?: number;
}

export interface PullModelsOptions {
  /** The name of a variant, e.g. `q8-cpu`; the first one of every model, when left out. */
  readonly variant?: string | undefined;
  /** The commit that is wanted of models whose entry names none; recorded once it is here. */
  readonly revision?: string | undefined;
  readonly onProgress?: (progress: PullProgress) => void;
  readonly signal: AbortSignal;
}

/**
 * Models in a folder, `<folder>/<id>/<version>/<file>`, where the version stands for the hashes of all its files, or for the
 * revision of its source: so a new catalogue never meets old weights. Every file is verified before its path is given out.
 */
export class FolderModelStore implements ModelStore {
  readonly catalogue: readonly Model[];
  readonly #options: FolderModelStoreOptions;
  readonly #mirrorFolder: string | undefined;
  readonly #mirror: Place | undefined;
  readonly #buckets: OpenBuckets;
  readonly #pins: Pins;
  readonly #verifier = new FileVerifier();

  constructor(options: FolderModelStoreOptions) {
    const { mirror, mirrorToken, catalogue = MODELS } = options;
    this.catalogue = catalogue;
    this.#options = options;
    this.#pins = new Pins(options.folder);
    this.#buckets = new OpenBuckets(options.openBucket);
    const isFolder = mirror !== undefined && !isBucket(mirror) && !/^https?:\/\//i.test(mirror);
    this.#mirrorFolder = isFolder ? mirror : undefined;
    this.#mirror = mirror === undefined ? undefined : mirrorAt(mirror, mirrorToken, this.#buckets.open);
  }

  async find(model: Model, variant?: ModelVariant): Promise<Readonly<Record<string, string>> | undefined> {
    const replacement = this.catalogue.find(({ id, replacesShipped }) => replacesShipped && id === model.id);
    const pinned = await this.#pins.resolve(replacement ?? model);
    if (!pinned) return undefined;
    const paths: Record<string, string> = {};
    // One after the other: what is refused leaves nothing running behind it.
    for (const file of filesOf(pinned, chosenVariant(pinned, variant && variantName(variant)))) {
      const path = await this.#findFile(pinned, file);
      if (path === undefined) return undefined;
      paths[file.file] = path;
    }
    await checkExternalData(pinned, paths);
    return paths;
  }

  /**
   * Fetches what is missing, some files at a time. A pull that was broken off goes on where it was. What can be fetched is,
   * also when something else cannot.
   * @throws IntermodalError `model.corrupt`, `model.unavailable`, `model.no_room`, `model.unpinned`, `model.invalid`
   */
  async pull(models: readonly Model[], options: PullModelsOptions): Promise<void> {
    const failures: unknown[] = [];
    const attempt = async <Result>(work: Promise<Result>): Promise<Result[]> =>
      work.then(
        (result) => [result],
        (error: unknown) => {
          failures.push(error);
          return [];
        },
      );
    const chosen = await pMap(models, (model) => attempt(this.#chosen(model, options)));
    const files = chosen.flat().flatMap(({ model, files: all }) => all.map((file) => ({ model, file })));
    const missing = await pMap(
      files,
      ({ model, file }) => attempt(this.#wantedIfMissing(model, file, options.signal)),
      { concurrency: AT_A_TIME },
    );
    const wanted = missing.flat(2);
    await this.#makeSureOfRoom(wanted);
    const { pauseMs = PAUSE_MS } = this.#options;
    await pMap(wanted, (one) => attempt(pullFile(one, { ...options, pauseMs })), { concurrency: AT_A_TIME });
    if (failures.length > 0) throw failures[0];
    for (const { model, files: all } of chosen.flat())
      await checkExternalData(
        model,
        Object.fromEntries(all.map((file) => [file.file, this.pathOf(model, file)])),
      );
    if (options.revision !== undefined)
      for (const model of models.filter(isUnpinned)) await this.#pins.write(model, options.revision);
  }

  /** The model at its revision, whether the catalogue names that or somebody has chosen it; undefined when nobody has. */
  resolve(model: Model): Promise<Model | undefined> {
    return this.#pins.resolve(model);
  }

  /** What of a model is here, told by names and lengths: quick, and no proof. `find` reads every byte. */
  async standing(model: Model): Promise<Standing> {
    const pinned = await this.#pins.resolve(model);
    if (!pinned) return { state: 'unpinned', folder: undefined, revision: undefined, variants: [] };
    return standingOf(pinned, join(this.#options.folder, model.id, versionOf(pinned)));
  }

  /**
   * Reads every byte of a model that is here, also where others of its files are not.
   * @throws IntermodalError `model.corrupt`
   */
  async verify(model: Model): Promise<void> {
    const pinned = await this.#pins.resolve(model);
    for (const file of pinned ? allFilesOf(pinned) : []) {
      const expected = await this.#expected(pinned!, file);
      if (expected) await this.#verifier.verify(this.pathOf(pinned!, file), expected, pinned!);
    }
  }

  /** Where a file of a model stands, whether it is there or not. The revision of the model must be known. */
  pathOf(model: Model, file: ModelFile): string {
    return join(this.#options.folder, model.id, versionOf(model), file.file);
  }

  /** Opens a bucket that stays open until `close`. */
  get openBucket(): OpenBucket {
    return this.#buckets.open;
  }

  close(): Promise<void> {
    return this.#buckets.close();
  }

  async #chosen(
    model: Model,
    { revision, variant }: PullModelsOptions,
  ): Promise<{ model: Model; files: readonly ModelFile[] }> {
    const pinned = await this.#pinnedFor(model, revision);
    return { model: pinned, files: filesOf(pinned, chosenVariant(pinned, variant)) };
  }

  async #pinnedFor(model: Model, revision: string | undefined): Promise<Model> {
    if (revision !== undefined && isUnpinned(model)) return pinnedAt(model, revision);
    if (
      revision !== undefined &&
      !(model.source.kind === 'hugging-face' && model.source.revision === revision)
    )
      throw new IntermodalError(
        'model.invalid',
        `The catalogue says already where the model ${model.id} comes from: leave --revision out, or describe another model in a ` +
          '*.model.json of your own.',
      );
    const pinned = await this.#pins.resolve(model);
    if (pinned) return pinned;
    throw new IntermodalError(
      'model.unpinned',
      `Nobody has said yet which revision of the model ${model.id} is wanted: look at the commits of its repository, and run ` +
        `intermodal models pull ${model.id} --revision COMMIT, with all 40 digits; that is recorded, and held to.`,
    );
  }

  async #findFile(model: Model, file: ModelFile): Promise<string | undefined> {
    const path = this.pathOf(model, file);
    const expected = await this.#expected(model, file);
    if (expected && (await this.#verifier.verify(path, expected, model))) return path;
    if (this.#mirrorFolder === undefined) return undefined;
    const told = expected ?? (await this.#toldByMirrorFolder(model, file));
    const mirrored = join(this.#mirrorFolder, pathAtMirror(model, file));
    if (!told || !(await this.#verifier.verify(mirrored, told, model))) return undefined;
    if (file.sha256 === undefined) await recordOnce(path, told.sha256, { model, file });
    await putVerified(mirrored, path, told, model);
    return path;
  }

  /** What a file must be; undefined where neither the catalogue nor an earlier pull has said it. */
  async #expected(model: Model, file: ModelFile): Promise<Expected | undefined> {
    const { file: name, bytes } = file;
    if (file.sha256 !== undefined) return { file: name, bytes, sha256: file.sha256 };
    const path = this.pathOf(model, file);
    const record = await readRecord(path);
    return record && { file: name, bytes, sha256: record.sha256, record: `${path}${RECORD}` };
  }

  async #toldByMirrorFolder(model: Model, file: ModelFile): Promise<Expected | undefined> {
    const path = join(this.#mirrorFolder!, pathAtMirror(model, file));
    const record = await readRecord(path);
    if (record?.version !== versionOf(model)) return undefined;
    return { file: file.file, bytes: file.bytes, sha256: record.sha256, record: `${path}${RECORD}` };
  }

  async #wantedIfMissing(model: Model, file: ModelFile, signal: AbortSignal): Promise<Wanted[]> {
    return (await this.#findFile(model, file)) === undefined ? [await this.#wanted(model, file, signal)] : [];
  }

  /** What is known of a file before it is fetched, and where it may come from. */
  async #wanted(model: Model, file: ModelFile, signal: AbortSignal): Promise<Wanted> {
    const origin = {
      place: originOf(model, { huggingFace: this.#huggingFace(), openBucket: this.#buckets.open }),
      path: pathAtOrigin(file),
    };
    const mirror = this.#mirror && { place: this.#mirror, path: pathAtMirror(model, file) };
    const known = (await this.#expected(model, file))?.sha256;
    const told = known ?? (mirror && (await this.#toldByMirror(mirror, model, file, signal))?.sha256);
    // Of a file that nobody knows the hash of, a mirror could give that of any revision.
    const places = mirror && told !== undefined ? [mirror, origin] : [origin];
    const to = this.pathOf(model, file);
    const wanted = { model, file, sha256: told, places, to };
    return { ...wanted, bytes: file.bytes ?? (await lengthOf(wanted, signal)) };
  }

  async #toldByMirror(
    { place, path }: { place: Place; path: string },
    model: Model,
    file: ModelFile,
    signal: AbortSignal,
  ): Promise<RecordedHash | undefined> {
    try {
      const opened = await place.open(`${path}${RECORD}`, 0, signal);
      const record = opened && parseRecord(await text(opened.body));
      if (!record || record.version === versionOf(model)) return record;
    } catch (error) {
      signal.throwIfAborted();
      const why =
        error instanceof Refused ? error.message : 'the connection to the mirror broke: try again later';
      throw unavailable(model, file, why, error);
    }
    throw new IntermodalError(
      'model.unavailable',
      `The mirror holds another revision of the model ${model.id} than the one that is wanted: mirror that one, or pull the one ` +
        'that the mirror has.',
    );
  }

  #huggingFace(): HuggingFaceAccess {
    return this.#options.huggingFace ?? { url: HUGGING_FACE };
  }

  async #makeSureOfRoom(wanted: readonly Wanted[]): Promise<void> {
    const { folder, maxBytes } = this.#options;
    let missing = 0;
    for (const { bytes, to } of wanted) {
      const [partial] = await freePartials(to);
      missing += Math.max(0, (bytes ?? 0) - (partial === undefined ? 0 : await bytesIn(partial)));
    }
    if (missing > 0) await makeSureOfRoom(folder, missing, maxBytes);
  }
}

const HUGGING_FACE = 'https://huggingface.co';

/** As its place tells it; undefined where it does not, or cannot be asked: that shows when the file is fetched. */
async function lengthOf(
  { places }: Pick<Wanted, 'places'>,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    for (const { place, path } of places) {
      const opened = await place.open(path, 0, signal);
      if (!opened) continue;
      await giveUp(opened);
      return opened.bytes;
    }
  } catch {
    signal.throwIfAborted();
  }
  return undefined;
}

const putVerified = (from: string, to: string, expected: Expected, model: Model): Promise<void> =>
  putCopy(from, to, async (copy) => {
    if ((await sha256Of(copy)) !== expected.sha256) throw corrupt(model, expected);
  });
