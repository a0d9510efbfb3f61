import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const PROGRAMS = ['debootstrap', 'unshare', 'nsenter', 'setpriv', 'chroot', 'npm', 'flite'];

/** Why images cannot be made here; undefined when they can. */
export function missing(path: string): string | undefined {
  if (process.platform !== 'linux') return 'it needs Linux';
  if (process.getuid?.() !== 0) return 'it needs root, for chroots and mounts';
  const absent = PROGRAMS.filter(
    (program) => !path.split(delimiter).some((folder) => isThere(join(folder, program))),
  );
  return absent.length > 0
    ? `it needs ${absent.join(', ')} (Debian packages: debootstrap, flite)`
    : undefined;
}

function isThere(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
