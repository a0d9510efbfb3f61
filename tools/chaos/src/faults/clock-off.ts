import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CLOCK_OFF_FILE } from '@intermodal/trial';

const LIBRARIES = '/usr/lib';

/** libfaketime of the Debian package, which changes every clock but the monotonic one. */
function libfaketime(): string | undefined {
  const folders = readdirSync(LIBRARIES).filter((name) => name.endsWith('-linux-gnu'));
  return folders
    .map((name) => join(LIBRARIES, name, 'faketime', 'libfaketime.so.1'))
    .find((path) => existsSync(path));
}

export const clockSource = (): string =>
  libfaketime() === undefined ? 'a Date of our own (no libfaketime)' : 'libfaketime';

/** The environment of a process whose clock is so many seconds off. */
export function clockOff(seconds: number): Record<string, string> {
  const library = libfaketime();
  return library === undefined
    ? { NODE_OPTIONS: `--import ${CLOCK_OFF_FILE}`, TRIAL_CLOCK_OFF_MS: String(seconds * 1_000) }
    : {
        LD_PRELOAD: library,
        FAKETIME: `${seconds > 0 ? '+' : ''}${seconds}s`,
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
        DONT_FAKE_MONOTONIC: '1',
      };
}
