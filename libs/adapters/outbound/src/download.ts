import { createWriteStream } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { IntermodalError } from '@intermodal/contracts';
import { abortable } from './abortable.ts';
import { addressFault, type AddressPolicy } from './address-guard.ts';
import { pinnedTo } from './pinned-to.ts';
import { resolveGuarded, systemResolve, type Resolve } from './resolve-guarded.ts';

export interface DownloadOptions {
  readonly policy: AddressPolicy;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  readonly resolve?: Resolve | undefined;
  /** For the beginning of an answer; 15,000 when left out. */
  readonly answerMs?: number | undefined;
}

export interface Downloaded {
  readonly bytes: number;
  /** As the server says, without parameters. */
  readonly mediaType: string | undefined;
  /** Where it was in the end. */
  readonly url: string;
}

/** Followed, each of them checked as the first address was. */
const REDIRECTS_MAX = 3;
const REDIRECTS = [301, 302, 303, 307, 308];

/**
 * Downloads what is at an address that a user gave, never from one that is not theirs to reach.
 * @throws IntermodalError `url.refused`, `url.not_found`, `input.too_large`; `url.unreachable` when trying again may help
 */
export async function download(address: string, path: string, options: DownloadOptions): Promise<Downloaded> {
  let url = address;
  for (let followed = 0; ; followed++) {
    const answer = await ask(url, options);
    const status = answer.statusCode!;
    const { location } = answer.headers;
    if (!REDIRECTS.includes(status) || location === undefined) return await save(answer, url, path, options);
    answer.destroy();
    if (followed === REDIRECTS_MAX)
      throw new IntermodalError('url.refused', `${shown(address)}: more than ${REDIRECTS_MAX} redirects.`);
    const next = URL.parse(location, url);
    if (!next)
      throw new IntermodalError('url.refused', `${shown(address)}: redirects to what is no address.`);
    url = next.href;
  }
}

/** One request to one address, that was checked, whatever it answers. */
async function ask(text: string, options: DownloadOptions): Promise<IncomingMessage> {
  const { policy, signal, resolve = systemResolve, answerMs = 15_000 } = options;
  const refuse = (why: string) => new IntermodalError('url.refused', `${shown(text)}: ${why}`);
  const fault = addressFault(text, policy);
  if (fault !== undefined) throw refuse(`the address ${fault}`);
  const url = new URL(text);
  const resolved = await abortable(resolveGuarded(url, policy, resolve), signal);
  if ('problem' in resolved)
    throw resolved.temporary ? unreachable(text, resolved.problem) : refuse(resolved.problem);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), answerMs);
  try {
    return await new Promise<IncomingMessage>((settle, fail) => {
      const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
        ...pinnedTo(resolved.addresses),
        signal: AbortSignal.any([signal, late.signal]),
        headers: { 'user-agent': 'Intermodal', accept: '*/*', 'accept-encoding': 'identity' },
      });
      request.once('response', settle);
      request.once('error', fail);
      request.end();
    });
  } catch (error) {
    signal.throwIfAborted();
    if (late.signal.aborted) throw unreachable(text, `it did not answer within ${answerMs / 1000} s.`);
    throw unreachable(text, `there was no answer (${codeOf(error)}).`);
  } finally {
    clearTimeout(timer);
  }
}

async function save(
  answer: IncomingMessage,
  url: string,
  path: string,
  { maxBytes, signal }: DownloadOptions,
): Promise<Downloaded> {
  const tooLarge = () =>
    new IntermodalError('input.too_large', `${shown(url)}: the file is larger than ${maxBytes} bytes.`);
  try {
    assertFound(answer.statusCode!, url);
    if (Number(answer.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
    let bytes = 0;
    const counted = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        bytes += chunk.length;
        // What is announced may be a lie, and need not be announced.
        if (bytes > maxBytes) done(tooLarge());
        else done(null, chunk);
      },
    });
    await pipeline(answer, counted, createWriteStream(path), { signal });
    const mediaType = answer.headers['content-type']?.split(';')[0]!.trim().toLowerCase();
    return { bytes, mediaType: mediaType === '' ? undefined : mediaType, url };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof IntermodalError) throw error;
    const code = codeOf(error);
    // A disk that is full is no fault of the server.
    if (code.startsWith('ENO')) throw error;
    throw unreachable(url, `the answer was cut off (${code}).`);
  } finally {
    answer.destroy();
  }
}

function assertFound(status: number, url: string): void {
  if (status >= 200 && status < 300) return;
  if (status === 429 || status >= 500) throw unreachable(url, `it answered ${status}.`);
  throw new IntermodalError(
    'url.not_found',
    `${shown(url)}: it answered ${status}; give an address that anybody may read without logging in.`,
  );
}

const unreachable = (url: string, why: string): IntermodalError =>
  new IntermodalError('url.unreachable', `${shown(url)}: ${why}`);

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'the connection failed';

/** Without its query, which may hold a token, and not longer than a line. */
const shown = (url: string): string =>
  (URL.canParse(url) ? new URL(url).origin + new URL(url).pathname : url).slice(0, 120);
