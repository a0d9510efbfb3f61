import type { AnswerOf } from '@intermodal/contracts';
import { IntermodalApiError } from './error.ts';
import { sleep, type Transport } from './transport.ts';

type Upload = AnswerOf<'getUpload'>;

const PARTS_AT_ONCE = 4;
/** Rounds in a row in which not one part arrived. */
const ROUNDS_MAX = 5;
const PAUSE_MS = 500;

export interface LargeUploadOptions {
  readonly name?: string | undefined;
  readonly mediaType?: string | undefined;
  readonly sha256?: string | undefined;
  /** An upload of the same file that was broken off. */
  readonly resume?: string | undefined;
  /** Told when it has an id, to resume it by. */
  readonly onBegin?: ((id: string) => void) | undefined;
  readonly onProgress?: ((sentBytes: number, bytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Sends the parts that are missing, several at once, until none is. What broke off is asked for, and goes on where it was. */
export async function uploadInParts(
  transport: Transport,
  file: Blob,
  options: LargeUploadOptions,
): Promise<AnswerOf<'completeUpload'>> {
  const signal = options.signal && { signal: options.signal };
  const ask = (path: string, method: 'GET' | 'POST' = 'GET', body?: object): Promise<Upload> =>
    transport.json({
      ...{ method, path, repeatable: true },
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      ...signal,
    });
  const { name, mediaType, sha256, resume } = options;
  let upload =
    resume === undefined
      ? await ask('/v1/uploads', 'POST', { bytes: file.size, name, mediaType, sha256 })
      : await ask(`/v1/uploads/${resume}`);
  if (upload.bytes !== file.size)
    throw new Error(
      `The upload ${upload.id} is of a file of ${upload.bytes} bytes; this one has ${file.size}.`,
    );
  options.onBegin?.(upload.id);
  const at = `/v1/uploads/${upload.id}`;
  for (let idle = 0; upload.missing.length > 0;) {
    const before = upload.parts.stored;
    const failure = await sendAll(transport, file, upload, options);
    upload = await ask(at);
    idle = upload.parts.stored > before ? 0 : idle + 1;
    if (failure !== undefined && idle >= ROUNDS_MAX) throw failure;
    if (failure !== undefined) await sleep(PAUSE_MS * 2 ** idle, options.signal);
  }
  options.onProgress?.(file.size, file.size);
  return transport.json({ method: 'POST', path: `${at}/complete`, repeatable: true, ...signal });
}

/** @returns what a part failed with; the others were sent all the same */
async function sendAll(
  transport: Transport,
  file: Blob,
  upload: Upload,
  { signal, onProgress }: LargeUploadOptions,
): Promise<unknown> {
  const waiting = [...upload.missing];
  let sent = Math.min(file.size, upload.parts.stored * upload.partBytes);
  let failure: unknown;
  onProgress?.(sent, file.size);
  const sendNext = async (): Promise<void> => {
    for (let part = waiting.shift(); part; part = waiting.shift()) {
      const from = (part.number - 1) * upload.partBytes;
      try {
        await transport.put(part.url, file.slice(from, from + part.bytes), signal);
        sent = Math.min(file.size, sent + part.bytes);
        onProgress?.(sent, file.size);
      } catch (error) {
        signal?.throwIfAborted();
        // No other try changes what is wrong with the request.
        if (error instanceof IntermodalApiError && FINAL_CODES.has(error.code)) throw error;
        failure = error;
      }
    }
  };
  await Promise.all(Array.from({ length: PARTS_AT_ONCE }, sendNext));
  return failure;
}

const FINAL_CODES = new Set(['upload.ended', 'upload.expired', 'upload.not_found']);
