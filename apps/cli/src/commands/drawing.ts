import type { CommandContext } from './context.ts';

/** A bar of so many characters, filled to a fraction of 0 to 1. */
export function bar(fraction: number, width: number): string {
  const full = Math.floor(Math.min(1, fraction) * width);
  return `${'█'.repeat(full)}${'░'.repeat(width - full)}`;
}

/** Lines on a terminal, each time in place of those before; what has no room goes from `fit`. */
export function redrawn(
  screen: NonNullable<CommandContext['screen']>,
  fit: (lines: readonly string[], rows: number) => string[],
): (lines: readonly string[]) => void {
  let drawn = 0;
  return (all) => {
    const lines = fit(all, screen.rows - 1);
    const up = drawn > 0 ? `\x1b[${drawn}A\x1b[J` : '';
    screen.write(`${up}${lines.join('\n')}\n`);
    drawn = lines.length;
  };
}

/** For people: 12 kB, 3.4 MB, 5.6 GB. */
export function size(bytes: number): string {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
