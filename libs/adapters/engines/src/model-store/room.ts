import { mkdir, readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { IntermodalError } from '@intermodal/contracts';

/**
 * Whether so many bytes more fit into a folder.
 * @param maxBytes what the folder may hold
 * @throws IntermodalError `model.no_room`
 */
export async function makeSureOfRoom(
  folder: string,
  bytes: number,
  maxBytes: number | undefined,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const held = maxBytes === undefined ? 0 : await bytesIn(folder);
  if (maxBytes !== undefined && held + bytes > maxBytes)
    throw noRoom(
      `${mb(bytes)} are missing, ${mb(held)} are here, and INTERMODAL_MODEL_MAX_BYTES allows ${mb(maxBytes)}: ` +
        'run intermodal models prune, or raise it.',
    );
  const { bavail, bsize } = await statfs(folder);
  if (bytes > bavail * bsize)
    throw noRoom(`${mb(bytes)} are missing, and the disk of ${folder} has ${mb(bavail * bsize)} left.`);
}

/** Of a file, or of all files below a folder; 0 when it was renamed or removed meanwhile. */
export async function bytesIn(path: string): Promise<number> {
  const self = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!self?.isDirectory()) return self?.size ?? 0;
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) =>
      stat(join(parentPath, name)).then(
        ({ size }) => size,
        // Renamed or removed meanwhile.
        () => 0,
      ),
    );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

const noRoom = (why: string): IntermodalError =>
  new IntermodalError('model.no_room', `The models do not fit: ${why}`);
