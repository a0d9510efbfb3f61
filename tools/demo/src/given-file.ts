import { join, resolve } from 'node:path';
import { MissingProgramError } from './making/programs.ts';
import type { Part } from './parts/part.ts';
import type { Show } from './show.ts';
import { wrapped } from './text.ts';

/** The file that was given, or one made for this; says which. Resolves with the id of the artifact. */
export async function uploadFile(part: Part, { client, options, folder, stop, say }: Show): Promise<string> {
  const given = options[part.option];
  const path = given === undefined ? join(folder, part.fileName) : resolve(given);
  if (given === undefined) say(...wrapped(await made(part, path, stop), 100));
  say(`File: ${path}`);
  return (await client.artifacts.upload(path, { signal: stop })).id;
}

/** There is no file to show the part with. */
export class CannotMakeError extends Error {
  override readonly name = 'CannotMakeError';
}

async function made(part: Part, path: string, stop: AbortSignal): Promise<string> {
  try {
    return await part.make(path, stop);
  } catch (error) {
    if (!(error instanceof MissingProgramError)) throw error;
    throw new CannotMakeError(
      `${error.message} Install it, or give a file of your own: --${part.option} FILE.`,
      { cause: error },
    );
  }
}
