import type { IntermodalClient } from '@intermodal/client';
import { basename, extname, join } from 'node:path';
import { isFile, type FileInOutput, type Job } from './job.ts';

export type SavedFile = FileInOutput & { readonly path: string };

const EXTENSIONS: Record<string, string> = {
  'audio/wav': '.wav',
  'application/json': '.json',
  'application/x-subrip': '.srt',
  'text/vtt': '.vtt',
};

/** Downloads every file of the output; the same output with paths, for the one line of JSON. */
export async function saveOutputs(
  client: IntermodalClient,
  output: Job['output'],
  folder: string,
  signal: AbortSignal,
): Promise<{ outputs: Record<string, unknown>; files: Map<string, SavedFile> }> {
  const outputs: Record<string, unknown> = {};
  const files = new Map<string, SavedFile>();
  const taken = new Set<string>();
  for (const [port, value] of Object.entries(output ?? {})) {
    outputs[port] = value;
    if (!isFile(value)) continue;
    let name = fileName(port, value);
    if (taken.has(name)) name = `${port}-${name}`;
    taken.add(name);
    const saved = { ...value, path: join(folder, name) };
    await client.artifacts.download(value.id, saved.path, { signal });
    outputs[port] = saved;
    files.set(port, saved);
  }
  return { outputs, files };
}

/** The server's name for it, as far as it is only a name. */
function fileName(port: string, file: FileInOutput): string {
  const name = basename((file.name ?? '').replaceAll('\\', '/'));
  if (name !== '' && !name.startsWith('.') && extname(name) !== '') return name;
  return `${port}${EXTENSIONS[file.mediaType] ?? ''}`;
}
