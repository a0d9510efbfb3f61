import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Recording {
  /** e.g. `jfk.wav` */
  readonly name: string;
  readonly path: string;
  /** What is said, word for word. */
  readonly said: string;
}

/** Recordings of which the manifest does not say word for word what is said, in English, and why. */
const LEFT_OUT: readonly (readonly [RegExp, string])[] = [
  [/_(de|es|fr|it|pt)\.wav$/, 'another language'],
  [/^cards-.*\.wav$/, 'hesitations are not in the transcript'],
  [/^gcp-(commercial_mono|two_channel_16k)\.wav$/, 'only some words are known'],
  [/^(no-speech\.wav|silero-test\.opus)$/, 'no transcript'],
  [/\.gram$/, 'no recording'],
];

/** Every English recording with an exact transcript in `<shared>/fixtures/speech`. */
export async function exactRecordings(shared: string): Promise<Recording[]> {
  const manifest = JSON.parse(await readFile(join(shared, 'fixtures/manifest.json'), 'utf8')) as {
    file: string;
    content: string;
  }[];
  return manifest.flatMap(({ file, content }) => {
    const name = file.replace(/^speech\//, '');
    if (name === file || LEFT_OUT.some(([pattern]) => pattern.test(name))) return [];
    const said = /"([^"]+)"/.exec(content)?.[1];
    if (said === undefined) throw new Error(`${file} has no transcript in the manifest: add it to LEFT_OUT.`);
    return [{ name, path: join(shared, 'fixtures', file), said }];
  });
}
