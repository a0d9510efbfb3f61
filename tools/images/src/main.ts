// Builds the images in chroots and runs them: `npm run images:chroot -- [--work FOLDER] [--json]`.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { beginRun } from '@intermodal/trial';
import { makeBaseRoots } from './chroot/base-roots.ts';
import { ImageBuilder } from './chroot/build-image.ts';
import { missing } from './missing.ts';
import { sizesOf, sizesTable, type Sizes } from './sizes.ts';
import { tryImages, type TrialReport } from './trial/try-images.ts';

const HELP = `Carries out the Dockerfiles of the API and of workers on processors without Docker, in Debian roots by debootstrap, and has
them do real work as they would in containers: infra/docker/README.md. Needs root, and Debian's mirror and npm's registry (or its cache).

  npm run images:chroot -- [--work FOLDER] [--json]

  --work FOLDER  make the roots there and keep them; what is there of the bases is used again. A temporary folder when left out
  --json         the report as JSON on standard output
`;
const { values } = parseArgs({
  options: { work: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const why = missing(process.env.PATH ?? '');
if (why !== undefined) {
  process.stdout.write(`images: skipped, ${why}\n`);
  process.exit(0);
}

const { signal, elapsed, say: onProgress } = beginRun();

const repository = resolve(import.meta.dirname, '../../..');
const folder = await mkdtemp(join(tmpdir(), 'intermodal-images-'));
let sizes: Sizes[] = [];
let report: TrialReport;
try {
  const work = resolve(values.work ?? join(folder, 'roots'));
  await mkdir(work, { recursive: true });
  const bases = await makeBaseRoots({ work, repository, signal, onProgress });
  const certificates = process.env.NODE_EXTRA_CA_CERTS;
  const builder = new ImageBuilder({ context: repository, work, bases, certificates, signal, onProgress });
  const [api, workers] = [await builder.build('api'), await builder.build('workers-cpu')];
  sizes = [await sizesOf(api, signal), await sizesOf(workers, signal)];
  report = await tryImages({ api, workers, folder, signal, onProgress });
} catch (error) {
  report = { facts: {}, faults: [`broke off: ${String((error as Error).stack ?? error)}`] };
} finally {
  await rm(folder, { recursive: true, force: true });
}
const { facts, faults } = report;
if (values.json) process.stdout.write(`${JSON.stringify({ sizes, facts, faults })}\n`);
const lines = Object.entries(facts).map(
  ([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
);
process[values.json ? 'stderr' : 'stdout'].write(
  `${[sizesTable(sizes), ...lines, ...faults.map((fault) => `FAULT: ${fault}`)].join('\n')}\nimages: ${
    faults.length === 0 ? 'all as it should be' : `${faults.length} faults`
  }, ${elapsed()}\n`,
);
process.exit(signal.aborted ? 130 : faults.length === 0 ? 0 : 1);
