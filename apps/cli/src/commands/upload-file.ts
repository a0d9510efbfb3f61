import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ArtifactRef, IntermodalClient } from '@intermodal/client';
import type { CommandContext } from './context.ts';
import { bar, size } from './drawing.ts';
import { UsageError } from './exit-codes.ts';

const BAR_WIDTH = 30;

/** Types that the first bytes do not tell. */
const TEXT_TYPES: Readonly<Record<string, string>> = {
  txt: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  srt: 'application/x-subrip',
  vtt: 'text/vtt',
  json: 'application/json',
  jsonl: 'application/jsonl',
  svg: 'image/svg+xml',
  html: 'text/html',
};

export interface UploadFileOptions {
  readonly mediaType?: string | undefined;
  readonly resume?: string | undefined;
  /** What asked for it, for people whose file is not there: `--input audio`. */
  readonly called?: string;
}

/** With a bar on a terminal. When a large one breaks off, says how to go on with it. */
export async function uploadFile(
  path: string,
  options: UploadFileOptions,
  client: IntermodalClient,
  context: Pick<CommandContext, 'screen' | 'signal' | 'note'>,
): Promise<ArtifactRef> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) {
    const place = options.called === undefined ? '' : `${options.called}: `;
    throw new UsageError(`${place}there is no file '${path}'.`);
  }
  const mediaType = options.mediaType ?? TEXT_TYPES[path.split('.').at(-1)!.toLowerCase()];
  let begun: string | undefined;
  try {
    return await client.artifacts.upload(path, {
      signal: context.signal,
      onBegin: (id) => (begun = id),
      ...(context.screen && { onProgress: progressOf(basename(path), context.screen) }),
      ...(mediaType !== undefined && { mediaType }),
      ...(options.resume !== undefined && { resume: options.resume }),
    });
  } catch (error) {
    if (begun !== undefined) context.note(`to go on with it: intermodal upload ${path} --resume ${begun}`);
    throw error;
  }
}

function progressOf(name: string, screen: NonNullable<CommandContext['screen']>) {
  return (sent: number, bytes: number): void => {
    const end = sent === bytes ? '\n' : '';
    screen.write(`\r\x1b[K${bar(sent / bytes, BAR_WIDTH)} ${size(sent)} of ${size(bytes)}  ${name}${end}`);
  };
}
