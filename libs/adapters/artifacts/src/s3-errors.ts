import { IntermodalError } from '@intermodal/contracts';

/** The HTTP status of what the S3 client threw; undefined when there was no answer. */
export const statusOf = (error: unknown): number | undefined =>
  (error as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode;

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/** True for an object that is not there. A bucket that is not there is another matter. */
export const isMissing = (error: unknown): boolean =>
  nameOf(error) !== 'NoSuchBucket' && (nameOf(error) === 'NoSuchKey' || statusOf(error) === 404);

export function unavailable(cause: unknown): IntermodalError {
  if (cause instanceof IntermodalError) return cause;
  const status = statusOf(cause);
  const message = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  return new IntermodalError(
    'store.unavailable',
    `The S3 store cannot be used${status === undefined ? '' : ` (HTTP ${status})`}: ${message}`,
    { cause },
  );
}
