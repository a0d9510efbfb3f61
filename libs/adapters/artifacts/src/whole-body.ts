import { addAbortSignal, PassThrough, type Readable } from 'node:stream';
import { unavailable } from './s3-errors.ts';

/** The same bytes; fails with `store.unavailable` when they are fewer than promised. */
export function wholeBody(source: Readable, expectedBytes: number, signal: AbortSignal): Readable {
  let seen = 0;
  const cutOff = () => unavailable(new Error(`the body ended after ${seen} of ${expectedBytes} bytes`));
  const body = new PassThrough({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      done(null, chunk);
    },
    flush(done) {
      done(seen === expectedBytes ? null : cutOff());
    },
    destroy(error, done) {
      source.destroy();
      done(error);
    },
  });
  source.once('error', (error) => body.destroy(unavailable(error)));
  source.once('close', () => {
    if (!source.readableEnded) body.destroy(cutOff());
  });
  source.pipe(body);
  return addAbortSignal(signal, body);
}
