import type { BuiltImage } from './chroot/build-image.ts';
import { run } from './chroot/run.ts';

export interface Sizes {
  readonly image: string;
  readonly bytes: number;
  readonly added: BuiltImage['added'];
  /** The largest packages of Debian and of npm, Node among them. */
  readonly largest: readonly { readonly what: string; readonly bytes: number }[];
}

const SHOWN = 8;

export async function sizesOf(image: BuiltImage, signal: AbortSignal): Promise<Sizes> {
  const { root } = image;
  const format = '${Installed-Size}\\t${Package}\\n';
  const debian = await run(['dpkg-query', `--admindir=${root}/var/lib/dpkg`, '-W', '-f', format], { signal });
  const packages = `find ${root}/app/node_modules -mindepth 1 -maxdepth 2 -name node_modules -prune -o -type d -name '[^@]*' -path '*' -prune -print0`;
  const npm = await run(
    ['sh', '-c', `${packages} | du -sk --files0-from=-; du -sk ${root}/usr/local/bin/node`],
    { signal },
  );
  const rows = [...debian.split('\n'), ...npm.split('\n')].filter(Boolean).map((line) => {
    const [kib, name] = line.split('\t') as [string, string];
    return { what: name.replace(root, ''), bytes: Number(kib) * 1024 };
  });
  return {
    image: image.name,
    bytes: image.added.reduce((sum, { bytes }) => sum + bytes, 0),
    added: image.added,
    largest: rows.sort((a, b) => b.bytes - a.bytes).slice(0, SHOWN),
  };
}

const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`.padStart(10);

export const sizesTable = (sizes: readonly Sizes[]): string =>
  sizes
    .flatMap(({ image, bytes, added, largest }) => [
      `${mb(bytes)}  intermodal/${image}`,
      ...added.map((one) => `${mb(one.bytes)}    ${one.what}`),
      `              of these: ${largest.map((one) => `${one.what}${mb(one.bytes).replace(/^ */, ' ')}`).join(', ')}`,
    ])
    .join('\n');
