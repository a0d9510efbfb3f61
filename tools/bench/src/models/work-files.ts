import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ModelEntry } from '@intermodal/contracts';
import {
  addModel,
  colourModel,
  endlessModel,
  hungryModel,
  makePixels,
  makePng,
  writeSounds,
} from '@intermodal/testing';
import type { BenchmarkContext } from '../benchmark.ts';

/** Files of one benchmark. */
export interface WorkFolder {
  /** Has `colour.onnx` and others, `picture.png`, `sound.wav`, `models` (a store), `catalogue` and `catalogue-alone`. */
  readonly folder: string;
  /** Holds `<id>/<file>` of the models that are there. */
  readonly mirror: string;
}

export const SOUND_S = 60;
/** Of the model that is described here, because no catalogue has it. */
export const MOBILENET = 'mobilenet-v2-imagenet';
const MIRROR = resolve(import.meta.dirname, '../../../../../shared/models');

/** They are removed when the benchmark ends. */
export async function makeWorkFiles({ open }: BenchmarkContext): Promise<WorkFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'intermodal-bench-models-'));
  open.defer(() => rm(folder, { recursive: true }));
  const size = { width: 640, height: 480 };
  const shapes = [{ x: 100, y: 80, width: 200, height: 300, colour: [240, 10, 10] as const }];
  const networks = {
    'add.onnx': addModel(3),
    'colour.onnx': colourModel(),
    'endless.onnx': endlessModel(),
    'hungry.onnx': hungryModel(),
  };
  for (const [name, bytes] of Object.entries(networks)) await writeFile(join(folder, name), bytes);
  await writeFile(join(folder, 'picture.png'), makePng(makePixels(size, [200, 90, 80], shapes)));
  await writeSounds(join(folder, 'sound.wav'), [{ kind: 'syllables', ms: SOUND_S * 1_000 }]);
  for (const batches of [true, false]) await describeMobileNet(catalogueOf(folder, batches), batches);
  return { folder, mirror: MIRROR };
}

/** @param batches whether pictures may go through MobileNet together */
export const catalogueOf = (folder: string, batches: boolean): string =>
  join(folder, batches ? 'catalogue' : 'catalogue-alone');

async function describeMobileNet(catalogue: string, batches: boolean): Promise<void> {
  await mkdir(catalogue);
  const source = join(MIRROR, MOBILENET);
  if (!existsSync(source)) return;
  const entry: ModelEntry = {
    ...{ id: MOBILENET, summary: 'Tags photographs.', engine: 'onnx', architecture: 'MobileNet-V2' },
    ...{ licence: 'Apache-2.0', tasks: ['image.classify'] },
    source: { kind: 'folder', folder: source },
    files: await Promise.all(
      ['model.onnx', 'labels.txt'].map(async (file) => {
        const bytes = await readFile(join(source, file));
        return { file, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
      }),
    ),
    picture: {
      ...{ width: 224, height: 224, layout: 'NHWC', gives: 'probabilities', batches },
      ...{ mean: [127.5, 127.5, 127.5], scale: [127.5, 127.5, 127.5] },
    },
  };
  await writeFile(join(catalogue, `${MOBILENET}.model.json`), JSON.stringify(entry));
}
