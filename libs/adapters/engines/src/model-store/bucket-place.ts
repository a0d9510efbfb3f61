import { IntermodalError } from '@intermodal/contracts';
import type { ModelBucket } from '@intermodal/models';
import { Refused, type Place } from './place.ts';

/** How to open a bucket by its name; kept open until the store is closed. */
export type OpenBucket = (name: string) => Promise<ModelBucket>;

/** Objects below a prefix, `s3://bucket/prefix`. */
export function bucketPlace(address: string, openBucket: OpenBucket): Place {
  const { bucket, keyOf } = parseBucketAddress(address);
  return {
    async open(path, from, signal) {
      try {
        return await (await openBucket(bucket)).open(keyOf(path), { from, signal });
      } catch (error) {
        if (error instanceof IntermodalError) throw new Refused(error.message, { cause: error });
        throw error;
      }
    },
  };
}

export function parseBucketAddress(address: string): { bucket: string; keyOf: (path: string) => string } {
  const [bucket = '', ...folders] = address.slice('s3://'.length).split('/');
  return { bucket, keyOf: (path) => [...folders.filter((folder) => folder !== ''), path].join('/') };
}
