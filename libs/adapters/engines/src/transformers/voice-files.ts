import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RunnerFault } from '../hosts/runner.ts';

/** The voices of a model: each is a file of styles, rows of 32-bit floats. Read once. */
export class VoiceFiles {
  readonly #folder: string;
  readonly #width: number;
  readonly #known = new Map<string, Promise<Float32Array>>();

  /** @param width floats of a style */
  constructor(folder: string, width: number) {
    this.#folder = folder;
    this.#width = width;
  }

  /**
   * @param file of the model, e.g. `voices/af_heart.bin`
   * @throws RunnerFault `model.invalid` when no style is in it
   */
  read(file: string): Promise<Float32Array> {
    const known = this.#known.get(file) ?? this.#read(file);
    this.#known.set(file, known);
    return known;
  }

  async #read(file: string): Promise<Float32Array> {
    const { buffer, byteOffset, byteLength } = await readFile(join(this.#folder, file));
    const values =
      byteLength % (4 * this.#width) === 0
        ? new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength))
        : new Float32Array();
    if (values.length === 0 || !values.every(Number.isFinite))
      throw new RunnerFault(
        'model.invalid',
        `has no voice in ${file}: it is to hold styles of ${this.#width} 32-bit floats each.`,
      );
    return values;
  }
}
