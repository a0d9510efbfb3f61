import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { ServerPlace } from '@intermodal/local-services';

const run = promisify(execFile);
const SCRIPTS = resolve(import.meta.dirname, '../../../ceph');

export interface Ceph {
  /** S3_ENDPOINT, S3_BUCKET and the rest, as a stack takes them. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** True where the packages that `tools/ceph/up.sh` needs are installed. */
export const hasCeph = (): boolean =>
  ['radosgw', 'ceph-mon', 'ceph-osd'].every((name) => existsSync(`/usr/bin/${name}`));

/** Starts a real S3 server: one Ceph monitor, one OSD in memory, one gateway. On loopback when `place` is left out. */
export async function startCeph(place?: ServerPlace): Promise<Ceph> {
  const parent = await mkdtemp(join(tmpdir(), 'intermodal-ceph-'));
  const folder = join(parent, 'ceph');
  // Ceph runs as another user, who must get through.
  await chmod(parent, 0o711);
  const stop = async (): Promise<void> => {
    await run(join(SCRIPTS, 'down.sh'), [folder]);
    await rm(parent, { recursive: true, force: true });
  };
  try {
    const [program, ...args] = [...(place?.enter ?? []), join(SCRIPTS, 'up.sh'), folder];
    await run(program!, [...args, ...(place ? [place.address] : [])]);
    const text = await readFile(join(folder, 's3.env'), 'utf8');
    const environment = Object.fromEntries(
      [...text.matchAll(/\b(S3_[A-Z0-9_]+)=(\S+)/g)].map(([, name, value]) => [name!, value!]),
    );
    return { environment, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
