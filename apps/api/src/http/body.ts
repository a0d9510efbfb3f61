import { IntermodalError, JSON_MAX_BYTES, JSON_MAX_DEPTH } from '@intermodal/contracts';
import type { ApiRequest } from './request.ts';
import { tooSlow } from './slow-clients.ts';

/** The media type of the body, without its parameters; empty when none is said. */
export const contentType = (request: Pick<ApiRequest, 'headers'>): string =>
  (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();

/**
 * A JSON body, whatever its Content-Type says.
 * @throws IntermodalError `request.invalid`, `input.too_large`
 */
export async function readJson(request: ApiRequest, maxBytes?: number): Promise<unknown> {
  const text = await readText(request, maxBytes);
  if (text.trim() === '') throw new IntermodalError('request.invalid', 'The body is empty; send JSON.');
  return parseJson(text);
}

export function parseJson(text: string, called = 'The body'): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new IntermodalError('request.invalid', `${called} is not JSON: ${(error as Error).message}.`);
  }
  assertStorable(value, called);
  return value;
}

/**
 * What reads values afterwards is recursive: a body of brackets must not overflow its stack. And Postgres keeps no text with a null
 * character or half of a surrogate pair.
 */
export function assertStorable(value: unknown, called = 'The body'): void {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > JSON_MAX_DEPTH)
      throw new IntermodalError(
        'request.invalid',
        `${called} is nested deeper than ${JSON_MAX_DEPTH} levels.`,
      );
    for (const one of level) if (typeof one === 'string') assertText(one, called);
    level = level.flatMap((one) => {
      if (one === null || typeof one !== 'object') return [];
      return Array.isArray(one) ? one : Object.entries(one).flat();
    });
  }
}

function assertText(text: string, called: string): void {
  const fault = text.includes('\0')
    ? 'a null character'
    : text.isWellFormed()
      ? undefined
      : 'half a surrogate';
  if (fault === undefined) return;
  const part = JSON.stringify(text.slice(0, 40));
  throw new IntermodalError('request.invalid', `${called} has ${fault} in the text ${part}: leave it out.`);
}

/** The body as text, 1 MB at most when nothing else is said, within the time that the limits say. */
export async function readText(request: ApiRequest, maxBytes = JSON_MAX_BYTES): Promise<string> {
  const { body } = request;
  if (!body) return '';
  const tooLarge = () =>
    new IntermodalError(
      'input.too_large',
      `The body is larger than ${maxBytes} bytes; upload files instead.`,
    );
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  const late = Promise.withResolvers<never>();
  const { bodyTimeoutMs } = request;
  const timer = setTimeout(() => late.reject(tooSlow('body', bodyTimeoutMs)), bodyTimeoutMs);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    // Not for-await: leaving that early destroys the socket, and with it the answer.
    const whole = new Promise<void>((resolve, reject) => {
      body.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxBytes) reject(tooLarge());
        else chunks.push(chunk);
      });
      body.once('end', resolve);
      body.once('error', reject);
      body.once('close', () => reject(new IntermodalError('request.invalid', 'The body ended too early.')));
    });
    await Promise.race([whole, late.promise]);
  } finally {
    clearTimeout(timer);
    body.removeAllListeners('data');
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}
