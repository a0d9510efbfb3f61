import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  addModel,
  colourModel,
  endlessModel,
  hungryModel,
  makePixels,
  makePng,
  writeSounds,
} from '@intermodal/testing';
import type { Benchmark } from '../benchmark.ts';
import type { Figure } from '../figure.ts';
import { comingAndGoing } from '../models/coming-and-going.ts';
import { recoveryFrom } from '../models/recovery.ts';
import { speedOf } from '../models/speed.ts';
import { isHere, WORKLOADS, type WorkFolder } from '../models/workload.ts';

const MIRROR = resolve(import.meta.dirname, '../../../../../shared/models');
const SOUND_S = 60;

/** What a host costs beside the same work in one process, and what happens when models come, go and misbehave. */
export const models: Benchmark = {
  name: 'models',
  async run(context) {
    const { open, quick, say } = context;
    const folder = await mkdtemp(join(tmpdir(), 'intermodal-bench-models-'));
    open.defer(() => rm(folder, { recursive: true }));
    const files: WorkFolder = { folder, mirror: MIRROR };
    await prepare(folder);
    const figures: Figure[] = [];
    for (const name of WORKLOADS) {
      if (!(await isHere(name, files))) {
        say(`${name} is skipped: its weights are not in ${MIRROR}.`);
        continue;
      }
      const work =
        name === 'silero-vad'
          ? { times: quick ? 1 : 10, units: SOUND_S, unit: 'seconds of sound/s' }
          : { times: quick ? 20 : 200, units: 1, unit: 'pictures/s' };
      figures.push(await speedOf(name, files, work, context));
    }
    figures.push(await comingAndGoing(files, context));
    for (const misdeed of ['hang', 'exit', 'alloc'] as const)
      figures.push(await recoveryFrom(misdeed, files, context));
    return figures;
  },
};

async function prepare(folder: string): Promise<void> {
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
}
