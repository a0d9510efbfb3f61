import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalFile } from '@intermodal/contracts';
import { FolderModelStore, loadEngines, ModelHouse } from '@intermodal/engines';
import { loadMediaEngines } from '@intermodal/media';
import { EngineRoom, type ImageTools, type ObjectDetector } from '@intermodal/models';
import { loadShippedStages } from '@intermodal/stages';
import { makePixels, makePng, runStage, sharedFolder } from '@intermodal/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const PICTURES = 60;
/** Far above what is needed, and far below what sixty pictures would take if any were kept. */
const CEILING = 500 * 1024 * 1024;

const shared = sharedFolder();
let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'intermodal-memory-'))));
afterAll(() => rm(folder, { recursive: true }));

describe.runIf(process.platform === 'linux')('memory', () => {
  it('is flat over sixty drawn pictures through vision.detect-objects', async () => {
    const picture = makePixels(
      { width: 2400, height: 1600 },
      [240, 240, 240],
      [{ x: 300, y: 300, width: 700, height: 700, colour: [200, 30, 40] }],
    );
    await writeFile(join(folder, 'drawn.png'), makePng(picture));
    await expectFlat('starter-detector', [join(folder, 'drawn.png')]);
  }, 180_000);

  it.skipIf(!shared)(
    'is flat over sixty photographs (skipped where ../shared is absent)',
    async () => {
      const images = join(shared!, 'fixtures/images');
      await expectFlat(
        'yolox-nano',
        (await readdir(images)).map((name) => join(images, name)),
      );
    },
    180_000,
  );
});

async function expectFlat(detector: string, paths: readonly string[]): Promise<void> {
  const models = new FolderModelStore({ folder, mirror: join(shared ?? folder, 'models') });
  const room = new EngineRoom(
    [...(await loadEngines()), ...(await loadMediaEngines())],
    { ObjectDetector: [detector] },
    {
      models,
      remotes: {},
      threads: 1,
      hosts: new ModelHouse({ device: 'cpu', threads: 1 }),
      log: { info() {}, warn() {} },
    },
  );
  try {
    const stage = (await loadShippedStages()).get('vision.detect-objects@1')!;
    const needs = {
      detector: (await room.resolve('ObjectDetector')).use as ObjectDetector,
      images: (await room.resolve('ImageTools')).use as ImageTools,
    };
    const here: number[] = [];
    const host: number[] = [];
    for (let i = 0; i < PICTURES; i++) {
      const image = new LocalFile(paths[i % paths.length]!, 'image/png');
      await using _ran = await runStage(stage, { image }, { needs });
      here.push(process.memoryUsage.rss());
      host.push(await modelHostBytes());
    }
    const megabytes = (bytes: number) => Math.round(bytes / 1024 / 1024);
    for (const [name, taken] of [
      ['worker', here],
      ['model host', host],
    ] as const)
      console.log(
        `${detector}, ${name}: after 10 pictures ${megabytes(taken[9]!)} MiB, after ${PICTURES} ` +
          `${megabytes(taken.at(-1)!)} MiB, at most ${megabytes(Math.max(...taken))} MiB`,
      );
    expect(Math.max(...here)).toBeLessThan(CEILING * 2);
    expect(Math.max(...host)).toBeLessThan(CEILING);
  } finally {
    await room.close();
  }
}

/** Resident memory of the child that holds the network. */
async function modelHostBytes(): Promise<number> {
  let bytes = 0;
  for (const task of await readdir('/proc/self/task'))
    for (const pid of (await readFile(`/proc/self/task/${task}/children`, 'utf8')).split(' ')) {
      if (pid === '' || !(await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes('host-child')) continue;
      const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))!;
      bytes = Math.max(bytes, Number(kilobytes) * 1024);
    }
  return bytes;
}
