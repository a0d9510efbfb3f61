import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { sharedFolder } from '@intermodal/testing';
import { ask, type Asked } from './ask.ts';
import { filmsToMarkdown, tellFilms } from './films.ts';
import { PipelineRunner } from './pipeline-runner.ts';
import { HELD_OUT } from './held-out-questions.ts';
import { QUESTIONS } from './questions.ts';
import { summary, toMarkdown } from './report.ts';

/**
 * Measures what is answered about pictures and told about films, by the shipped pipelines and engines, and writes
 * docs/measured/visual-questions.md and docs/measured/video-to-text.md:
 *
 *   npx tsc -b && node tools/visual-questions/dist/main.js [questions|films]
 */
const shared = sharedFolder();
if (shared === undefined) {
  process.stderr.write('There is no ../shared beside the repository, so there is nothing to measure.\n');
  process.exitCode = 1;
} else {
  await measure(shared, process.argv[2]);
}

async function measure(folder: string, only: string | undefined): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'intermodal-visual-'));
  const target = resolve(import.meta.dirname, '../../../docs/measured');
  const fixtures = join(folder, 'fixtures');
  try {
    await mkdir(target, { recursive: true });
    await using runner = await PipelineRunner.open({
      modelFolder: join(work, 'models'),
      mirror: join(folder, 'models'),
    });
    if (only !== 'films') {
      const begun = performance.now();
      const asked: Asked[] = [];
      for (const group of QUESTIONS) asked.push(...(await ask(runner, fixtures, group)));
      const heldOut: Asked[] = [];
      for (const group of HELD_OUT) heldOut.push(...(await ask(runner, fixtures, group)));
      const seconds = (performance.now() - begun) / 1000;
      await writeFile(join(target, 'visual-questions.md'), toMarkdown(asked, heldOut, seconds));
      for (const it of asked)
        process.stdout.write(`${it.verdict.padEnd(9)} ${it.picture}: ${it.question}  ${it.answer}\n`);
      process.stdout.write(`${summary(asked)}\nHeld out: ${summary(heldOut)}\n`);
    }
    if (only !== 'questions') {
      const markdown = filmsToMarkdown(await tellFilms(runner, join(fixtures, 'video')));
      await writeFile(join(target, 'video-to-text.md'), markdown);
      process.stdout.write(`${markdown}\n`);
    }
  } finally {
    await rm(work, { recursive: true });
  }
}
