import { CreateBucketCommand, HeadBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ArtifactStorage } from '@intermodal/config';
import type { ArtifactStore } from '@intermodal/pipeline';
import { FolderArtifactStore } from './folder-artifact-store.ts';
import { S3ArtifactStore } from './s3-artifact-store.ts';
import { s3Client } from './s3-client.ts';
import { statusOf, unavailable } from './s3-errors.ts';

/**
 * Opens the store and makes the folder or the bucket when it is not there.
 * @throws IntermodalError `store.unavailable`
 */
export async function openArtifactStore(config: ArtifactStorage): Promise<ArtifactStore> {
  if (config.kind === 'folder') {
    const store = new FolderArtifactStore(config.folder);
    await store.prepare();
    return store;
  }
  const client = s3Client(config);
  try {
    await ensureBucket(client, config.bucket);
  } catch (error) {
    client.destroy();
    throw error;
  }
  const signer = s3Client({ ...config, endpoint: config.publicEndpoint ?? config.endpoint });
  return new S3ArtifactStore(client, signer, config.bucket);
}

async function ensureBucket(client: S3Client, bucket: string): Promise<void> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }));
    return;
  } catch (error) {
    if (statusOf(error) !== 404) throw unavailable(error);
  }
  try {
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
  } catch (error) {
    // Another process was faster.
    if ((error as Error).name !== 'BucketAlreadyOwnedByYou') throw unavailable(error);
  }
}
