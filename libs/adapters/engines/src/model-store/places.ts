import type { Model, ModelFile, ModelSource } from '@intermodal/models';
import { bucketPlace, type OpenBucket } from './bucket-place.ts';
import { folderPlace } from './folder-place.ts';
import { huggingFacePlace, type HuggingFaceAccess } from './hugging-face-place.ts';
import type { Place } from './place.ts';
import { webPlace } from './web-place.ts';

export interface Access {
  readonly huggingFace: HuggingFaceAccess;
  readonly openBucket: OpenBucket;
}

/** Where the makers of a model put it. Its revision must be known. */
export function originOf({ source, id }: Model, access: Access): Place {
  switch (source.kind) {
    case 'web':
      return webPlace(source.address);
    case 's3':
      return bucketPlace(source.prefix, access.openBucket);
    case 'folder':
      return folderPlace(source.folder);
    case 'hugging-face': {
      if (source.revision === undefined) throw new Error(`The model ${id} has no revision yet.`);
      return huggingFacePlace(access.huggingFace, source.repository, source.revision);
    }
  }
}

export const pathAtOrigin = ({ file, from }: ModelFile): string => from ?? file;

/** A mirror holds `<id>/<file>`, and `<id>/<file>.sha256` where the catalogue has no hash. */
export function mirrorAt(mirror: string, token: string | undefined, openBucket: OpenBucket): Place {
  if (/^https?:\/\//i.test(mirror)) return webPlace(mirror, token);
  return isBucket(mirror) ? bucketPlace(mirror, openBucket) : folderPlace(mirror);
}

export const isBucket = (mirror: string): boolean => /^s3:\/\//i.test(mirror);

export const pathAtMirror = (model: Model, { file }: ModelFile): string => `${model.id}/${file}`;

/** Whether the same path may give other bytes tomorrow. Half of a file is then not gone on with, if its hash is unknown. */
export const mayChange = ({ kind }: ModelSource): boolean => kind !== 'hugging-face';
