import { IntermodalError } from '@intermodal/contracts';
import type { ApiRequest } from './request.ts';

export const JSON_MAX_BYTES = 1_000_000;
const JSON_MAX_DEPTH = 64;
const SLOWEST_MS = 30_000;

/** The media type of the body, without its parameters; empty when none is said. */
export const contentType = (request: Pick<ApiRequest, 'headers'>): string =>
  (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();

/**
 * A JSON body, whatever its Content-Type says.
 * @throws IntermodalError `request.invalid`, `input.too_large`
 */
export async function readJson(request: ApiRequest): Promise<unknown> {
  const text = await readText(request);
  if (text.trim() === '') throw new IntermodalError('request.invalid', 'The body is empty; send JSON.');
  return parseJson(text);
}

export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new IntermodalError('request.invalid', `The body is not JSON: ${(error as Error).message}.`);
  }
  assertShallow(value);
  return value;
}

/** What reads values afterwards is recursive: a body of brackets must not overflow its stack. */
export function assertShallow(value: unknown): void {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > JSON_MAX_DEPTH)
      throw new IntermodalError(
        'request.invalid',
        `The body is nested deeper than ${JSON_MAX_DEPTH} levels.`,
      );
    level = level.flatMap((one) => (one !== null && typeof one === 'object' ? Object.values(one) : []));
  }
}

/** The body as text, 1 MB at most, within 30 seconds. */
export async function readText(request: ApiRequest): Promise<string> {
  const { body } = request;
  if (!body) return '';
  const tooLarge = () =>
    new IntermodalError(
      'input.too_large',
      `The body is larger than ${JSON_MAX_BYTES} bytes; upload files instead.`,
    );
  if (Number(request.headers['content-length'] ?? 0) > JSON_MAX_BYTES) throw tooLarge();
  const tooSlow = new IntermodalError(
    'request.invalid',
    `The body did not arrive within ${SLOWEST_MS / 1000} s.`,
  );
  const timer = setTimeout(() => body.destroy(tooSlow), SLOWEST_MS);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    // Not for-await: leaving that early destroys the socket, and with it the answer.
    await new Promise<void>((resolve, reject) => {
      body.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > JSON_MAX_BYTES) reject(tooLarge());
        else chunks.push(chunk);
      });
      body.once('end', resolve);
      body.once('error', reject);
      body.once('close', () => reject(new IntermodalError('request.invalid', 'The body ended too early.')));
    });
  } finally {
    clearTimeout(timer);
    body.removeAllListeners('data');
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}
