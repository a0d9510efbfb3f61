import { parseId, showId } from '@intermodal/contracts';

/** What an id of a file here means: an artifact, or one side of the results of a batch. Ids are uuids. */
export type OpenAiFileId =
  | { readonly kind: 'artifact'; readonly id: string }
  | { readonly kind: 'output' | 'error'; readonly id: string };

export const fileIdOf = (artifactId: string): string =>
  showId('artifact', artifactId).replace('art_', 'file-');
export const batchIdOf = (batchId: string): string => showId('batch', batchId).replace('bat_', 'batch_');
export const resultsIdOf = (side: 'output' | 'error', batchId: string): string =>
  showId('batch', batchId).replace('bat_', `file-${side}-`);

export function readFileId(text: string): OpenAiFileId | undefined {
  const [, side, rest] = /^file-(?:(output|error)-)?([0-9a-z]{26})$/.exec(text) ?? [];
  if (rest === undefined) return undefined;
  const kind = side === 'output' || side === 'error' ? side : 'artifact';
  const id = kind === 'artifact' ? parseId('artifact', `art_${rest}`) : parseId('batch', `bat_${rest}`);
  return id === undefined ? undefined : { kind, id };
}

export const readBatchId = (text: string): string | undefined =>
  text.startsWith('batch_') ? parseId('batch', text.replace('batch_', 'bat_')) : undefined;

/** When an id was made, in seconds: ids begin with the time. */
export const createdOf = (uuid: string): number =>
  Math.floor(Number.parseInt(uuid.replaceAll('-', '').slice(0, 12), 16) / 1_000);
