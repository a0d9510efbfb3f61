import { createHmac, timingSafeEqual } from 'node:crypto';
import { IntermodalError, showId } from '@intermodal/contracts';
import { SIGNED_FOR_S, type UploadRecord } from '@intermodal/pipeline';

type Signed = Pick<UploadRecord, 'id' | 'secret'>;

/** Where a part is PUT when the store is a folder: an address of ours, which says by its signature that it may be. */
export function partAddress(upload: Signed, number: number): string {
  const until = Math.floor(Date.now() / 1_000) + SIGNED_FOR_S;
  const query = new URLSearchParams({ until: String(until), signature: signatureOf(upload, number, until) });
  return `/v1/uploads/${showId('upload', upload.id)}/parts/${number}?${query}`;
}

/** @throws IntermodalError `upload.signature` */
export function assertSigned(
  upload: Signed,
  { number, until, signature }: { number: number; until: number; signature: string },
): void {
  const [given, expected] = [Buffer.from(signature), Buffer.from(signatureOf(upload, number, until))];
  const isRight = given.length === expected.length && timingSafeEqual(given, expected);
  if (isRight && until * 1_000 > Date.now()) return;
  throw new IntermodalError(
    'upload.signature',
    isRight
      ? 'The address of this part was good for an hour: ask for the upload again, which gives a new one.'
      : 'This is not an address that the upload gave for this part: ask for the upload again.',
  );
}

const signatureOf = ({ secret }: Signed, number: number, until: number): string =>
  createHmac('sha256', secret).update(`${number}.${until}`).digest('base64url');
