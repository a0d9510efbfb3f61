import { createHash } from 'node:crypto';
import { PassThrough, Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { IntermodalError } from '@intermodal/contracts';
import type { StoredBytes } from '@intermodal/pipeline';

export interface Metered {
  /** The same bytes; fails when the source fails, is cut off, is too large, or the signal aborts. */
  readonly body: Readable;
  /** What the stream failed with, as opposed to what the store failed with. */
  readonly failure: () => unknown;
  /** Size and hash. Read it after the end. */
  stored(): StoredBytes;
}

/** Counts and hashes a stream on its way. */
export function metered(source: Readable, options: { maxBytes: number; signal: AbortSignal }): Metered {
  const hash = createHash('sha256');
  let bytes = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > options.maxBytes) {
        done(new IntermodalError('input.too_large', `The file is larger than ${options.maxBytes} bytes.`));
        return;
      }
      hash.update(chunk);
      done(null, chunk);
    },
  });
  let failure: unknown;
  const body = new PassThrough();
  // Whoever reads the body sees the failure there; this promise is only for its reason.
  pipeline(source, meter, body, { signal: options.signal }).catch((error: unknown) => {
    failure = options.signal.aborted ? options.signal.reason : error;
    body.destroy(error as Error);
  });
  return {
    body,
    failure: () => failure,
    stored: () => ({ bytes, sha256: hash.digest('hex') }),
  };
}
