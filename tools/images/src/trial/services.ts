import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startPostgres, startRedis } from '@intermodal/local-services';
import { hasCeph, startCeph } from '@intermodal/trial';
import type { InnerMount } from '../chroot/enter.ts';

/** What containers need besides images. */
export interface Services {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly store: {
    readonly environment: Readonly<Record<string, string>>;
    readonly mounts: readonly InnerMount[];
  };
  readonly storeName: string;
}

/** Postgres, Redis, and a real S3 (Ceph RGW) where it is installed, otherwise a folder. All of them end with `open`. */
export async function startServices(folder: string, open: AsyncDisposableStack): Promise<Services> {
  const place = (name: string) => ({ dataFolder: join(folder, name), logFile: join(folder, `${name}.log`) });
  const postgres = await startPostgres({ ...place('postgres'), ephemeral: true });
  open.defer(() => postgres.stop());
  const redis = await startRedis({ ...place('redis'), fast: true });
  open.defer(() => redis.stop());
  const addresses = { databaseUrl: postgres.url, redisUrl: redis.url };
  if (hasCeph()) {
    const ceph = await startCeph();
    open.defer(() => ceph.stop());
    return {
      ...addresses,
      storeName: 'a real S3 (Ceph RGW)',
      store: { environment: { ...ceph.environment, S3_BUCKET: 'images' }, mounts: [] },
    };
  }
  const source = join(folder, 'artifacts');
  await mkdir(source);
  await chown(source, 10001, 10001);
  return {
    ...addresses,
    storeName: 'a folder',
    // Below a folder in memory, whose mount points can be made.
    store: { environment: { ARTIFACT_FOLDER: '/mnt' }, mounts: [{ source, target: '/mnt' }] },
  };
}
