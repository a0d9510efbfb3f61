import { IntermodalError } from '@intermodal/contracts';
import type { Model, ModelFile } from '@intermodal/models';

export interface OpenedFile {
  readonly body: AsyncIterable<Uint8Array>;
  /** Where the bytes begin: 0 when the source knows no ranges, whatever was asked for. */
  readonly begins: number;
}

/** Where the bytes of models are fetched. */
export interface ModelSource {
  /**
   * A file from an offset on; undefined when this source does not have it.
   * @throws IntermodalError `model.unavailable`
   */
  open(model: Model, file: ModelFile, from: number, signal: AbortSignal): Promise<OpenedFile | undefined>;
}

/** Where whoever made the model put it. */
export const publicAddresses: ModelSource = {
  open: (model, file, from, signal) => fetchFile(file.url, {}, { model, file, from, signal }),
};

/**
 * A web server with `<address>/<id>/<file>`. A name and a password in the address are sent as such (Basic), a token as Bearer.
 */
export function httpMirror(address: string, token?: string): ModelSource {
  const url = new URL(address.endsWith('/') ? address : `${address}/`);
  const { username, password } = url;
  [url.username, url.password] = ['', ''];
  const basic = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString(
    'base64',
  );
  const authorization =
    token === undefined ? (username === '' ? undefined : `Basic ${basic}`) : `Bearer ${token}`;
  return {
    open: (model, file, from, signal) =>
      fetchFile(
        new URL(`${model.id}/${file.file}`, url).href,
        authorization === undefined ? {} : { authorization },
        { model, file, from, signal },
      ),
  };
}

async function fetchFile(
  url: string,
  headers: Readonly<Record<string, string>>,
  { model, file, from, signal }: { model: Model; file: ModelFile; from: number; signal: AbortSignal },
): Promise<OpenedFile | undefined> {
  const response = await fetch(url, {
    signal,
    headers: { ...headers, ...(from > 0 && { range: `bytes=${from}-` }) },
  });
  if (response.ok) {
    const goesOn =
      response.status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${from}-`);
    return { body: response.body ?? emptyBody(), begins: goesOn ? from : 0 };
  }
  await response.body?.cancel();
  if (response.status === 404) return undefined;
  throw unavailable(model, file, `${new URL(url).host} answered ${response.status}`);
}

async function* emptyBody(): AsyncIterable<Uint8Array> {}

export const unavailable = (model: Model, file: ModelFile, why: string, cause?: unknown): IntermodalError =>
  new IntermodalError(
    'model.unavailable',
    `The file ${file.file} of the model ${model.id} could not be fetched, because ${why}: try again later.`,
    { cause },
  );
