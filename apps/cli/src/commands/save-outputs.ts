import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { IntermodalClient, JobView } from '@intermodal/client';
import { isArtifactRef, type ArtifactRef } from '@intermodal/contracts';

/** What is written for a media type when the artifact has no name. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  'audio/wav': 'wav',
  'audio/mpeg': 'mp3',
  'video/mp4': 'mp4',
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'text/plain': 'txt',
  'text/vtt': 'vtt',
  'application/x-subrip': 'srt',
  'application/json': 'json',
};

/** Downloads every file of a job's output, and writes the output itself as `output.json`. @returns the paths */
export async function saveOutputs(
  job: JobView,
  folder: string,
  client: IntermodalClient,
  signal: AbortSignal,
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const written: string[] = [];
  for (const { place, artifact } of artifactsIn(job.output, '')) {
    const path = join(folder, fileName(place, artifact));
    await client.artifacts.download(artifact.id, path, { signal });
    written.push(path);
  }
  const path = join(folder, 'output.json');
  await writeFile(path, `${JSON.stringify(job.output, null, 2)}\n`);
  return [...written, path];
}

/** Named by its place in the output, which is unique and ours: a name that a stage gave never becomes a path. */
function fileName(place: string, artifact: ArtifactRef): string {
  const given = /\.([A-Za-z0-9]{1,8})$/.exec(artifact.name ?? '')?.[1];
  const extension = given ?? EXTENSIONS[artifact.mediaType];
  return `${place.replaceAll(/[^A-Za-z0-9-]+/g, '-')}${extension === undefined ? '' : `.${extension}`}`;
}

function artifactsIn(value: unknown, place: string): { place: string; artifact: ArtifactRef }[] {
  if (value === null || typeof value !== 'object') return [];
  if (isArtifactRef(value)) return [{ place, artifact: value }];
  return Object.entries(value).flatMap(([key, inner]) =>
    artifactsIn(inner, place === '' ? key : `${place}-${key}`),
  );
}
