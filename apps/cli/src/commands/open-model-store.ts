import type { CliConfig } from '@intermodal/config';
import { IntermodalError } from '@intermodal/contracts';
import { FolderModelStore } from '@intermodal/engines';

/** The store of this machine, with all that it can fetch from. Close it. */
export function openModelStore(config: CliConfig): FolderModelStore {
  return new FolderModelStore({
    folder: config.modelDir,
    mirror: config.modelMirror,
    mirrorToken: config.modelMirrorToken,
    maxBytes: config.modelMaxBytes,
    huggingFace: { url: config.huggingFaceUrl, token: config.huggingFaceToken },
    async openBucket(name) {
      if (!config.s3)
        throw new IntermodalError(
          'model.unavailable',
          `the bucket ${name} needs an account: set S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, and S3_ENDPOINT where it is not AWS.`,
        );
      // The client of S3 takes a moment to load, and most commands do without.
      const { openModelBucket } = await import('@intermodal/artifacts');
      return openModelBucket(config.s3, name);
    },
  });
}
