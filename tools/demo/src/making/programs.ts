import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A program that makes the demo's own files is not there. */
export class MissingProgramError extends Error {
  override readonly name = 'MissingProgramError';
  readonly program: string;
  constructor(program: string) {
    super(`${program} is not installed on this machine.`);
    this.program = program;
  }
}

/** @throws MissingProgramError */
export async function runProgram(
  program: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  try {
    await execute(program, [...args], { signal });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new MissingProgramError(program);
    throw error;
  }
}

/** Gives a folder that is gone afterwards. */
export async function inScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'intermodal-demo-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
