import type { ImageSettings } from '../dockerfile/parse-dockerfile.ts';

/** A folder or file of this machine that is seen inside. */
export interface InnerMount {
  readonly source: string;
  readonly target: string;
  readonly readOnly?: boolean;
}

export interface Room {
  readonly root: string;
  readonly readOnly: boolean;
  /** Targets must be there when the root is read-only. */
  readonly mounts: readonly InnerMount[];
  /** Empty folders in memory, writable for everyone. */
  readonly inMemory: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  /** Root when left out. Such a user can gain no rights, as with `no-new-privileges` and all capabilities dropped. */
  readonly user?: ImageSettings['user'];
  readonly command: readonly string[];
}

/**
 * The program and arguments that run a command inside of a root: in mount and process namespaces of its own, so that nothing is
 * left mounted however it ends, and the command is process 1, as in a container. The network is that of this machine. Needs root.
 */
export function enter(room: Room): [string, ...string[]] {
  const inside = (path: string): string => quoted(`${room.root}/${path}`);
  const script = [
    'set -eu',
    'mount --make-rprivate /',
    `mount --bind ${quoted(room.root)} ${quoted(room.root)}`,
    ...(room.readOnly ? [`mount -o remount,bind,ro ${quoted(room.root)}`] : []),
    `mount -t proc proc ${inside('proc')}`,
    `mount -t tmpfs -o mode=755 tmpfs ${inside('dev')}`,
    `for name in null zero full random urandom; do : > ${inside('dev')}/$name; mount --bind /dev/$name ${inside('dev')}/$name; done`,
    `mkdir -m 1777 ${inside('dev/shm')}; ln -s /proc/self/fd ${inside('dev/fd')}`,
    `for name in stdin:0 stdout:1 stderr:2; do ln -s /proc/self/fd/\${name#*:} ${inside('dev')}/\${name%:*}; done`,
    ...room.inMemory.map((path) => `mount -t tmpfs -o mode=1777 tmpfs ${inside(path)}`),
    ...room.mounts.map(
      ({ source, target, readOnly }) =>
        `mount --rbind ${quoted(source)} ${inside(target)}` +
        (readOnly ? `; mount -o remount,bind,ro ${inside(target)}` : ''),
    ),
    `exec chroot ${quoted(room.root)} "$@"`,
  ].join('\n');
  // Said last: a change of the user makes the kernel forget that process 1 ends with who started it.
  const lowered = [
    ...['setpriv', '--pdeathsig', 'KILL'],
    ...(room.user
      ? [
          ...['--reuid', String(room.user.uid), '--regid', String(room.user.gid), '--clear-groups'],
          ...['--no-new-privs', '--inh-caps=-all', '--bounding-set=-all'],
        ]
      : []),
    '--',
  ];
  const settings = Object.entries(room.environment).map(([name, value]) => `${name}=${value}`);
  const namespaces = ['--mount', '--pid', '--fork', '--kill-child', '--'];
  const change = ['/bin/sh', '-c', 'cd "$0" && exec "$@"', room.folder];
  return [
    ...(['unshare', ...namespaces, 'sh', '-c', script, 'sh'] as [string, ...string[]]),
    ...[...lowered, 'env', '-i', ...settings, ...change, ...room.command],
  ];
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
