import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalFile } from '@intermodal/contracts';
import type { PipelineRunner, Ran } from './pipeline-runner.ts';

export interface ToldFilm {
  readonly name: string;
  /** The file of the pipeline's output `text`. */
  readonly text: string;
  readonly failures: Ran['failures'];
  readonly tookMs: number;
}

/** Every film of a folder through the pipeline video-to-text. */
export async function tellFilms(runner: PipelineRunner, folder: string): Promise<ToldFilm[]> {
  const told: ToldFilm[] = [];
  for (const name of (await readdir(folder)).sort()) {
    const film = new LocalFile(join(folder, name), 'video/*');
    const { output, failures, tookMs } = await runner.run('video-to-text', { film });
    const text = await readFile((output['text'] as LocalFile).path, 'utf8');
    told.push({ name, text, failures, tookMs });
    await runner.clean();
  }
  return told;
}

export const filmsToMarkdown = (films: readonly ToldFilm[]): string =>
  [
    '# Video to text',
    '',
    'Made by `tools/visual-questions`; do not edit. The films of `../shared/fixtures/video` through the pipeline `video-to-text`',
    'with the engines ffmpeg, yolox-nano, tesseract, silero-vad and pocketsphinx: the file of its output `text` as it is. What is',
    'heard in music and noise is heard wrongly; what the detector sees in drawings is guessed.',
    '',
    ...films.flatMap(({ name, text, failures, tookMs }) => [
      `## ${name}`,
      '',
      `${(tookMs / 1000).toFixed(1)} s on this machine. ${failures.length === 0 ? 'Nothing failed.' : `Failed and skipped: ${failures.map(({ path, code }) => `${path} (${code})`).join(', ')}.`}`,
      '',
      '```text',
      text.trimEnd(),
      '```',
      '',
    ]),
  ].join('\n');
