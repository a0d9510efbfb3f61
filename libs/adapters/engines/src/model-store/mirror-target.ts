import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseBucketAddress, type OpenBucket } from './bucket-place.ts';
import { isBucket } from './places.ts';
import { putCopy } from './put-file.ts';
import { sha256Of } from './verify-file.ts';

/** A mirror that is written. */
export interface MirrorTarget {
  /** Whether a file is there already, with these bytes. */
  holds(path: string, sha256: string): Promise<boolean>;
  /** Copies a file there, whole. @throws Error when its bytes changed on the way */
  put(path: string, from: string, sha256: string): Promise<void>;
}

/** @param mirror a folder, or `s3://bucket/prefix` */
export const mirrorTarget = (mirror: string, openBucket: OpenBucket, signal: AbortSignal): MirrorTarget =>
  isBucket(mirror) ? bucketTarget(mirror, openBucket, signal) : folderTarget(mirror);

const folderTarget = (folder: string): MirrorTarget => ({
  async holds(path, sha256) {
    const whole = join(folder, path);
    const isThere = await stat(whole).then(
      () => true,
      () => false,
    );
    return isThere && (await sha256Of(whole)) === sha256;
  },
  put: (path, from, sha256) =>
    putCopy(from, join(folder, path), async (copy) => {
      if ((await sha256Of(copy)) !== sha256)
        throw new Error(`The copy of ${from} has other bytes: try again.`);
    }),
});

function bucketTarget(address: string, openBucket: OpenBucket, signal: AbortSignal): MirrorTarget {
  const { bucket, keyOf } = parseBucketAddress(address);
  return {
    async holds(path, sha256) {
      return (await (await openBucket(bucket)).sha256Of(keyOf(path))) === sha256;
    },
    async put(path, from, sha256) {
      await (await openBucket(bucket)).put(keyOf(path), from, { sha256, signal });
    },
  };
}
