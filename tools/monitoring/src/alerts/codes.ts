import { ERRORS, type ErrorKind } from '@intermodal/contracts';

/** A pattern of all error codes of these kinds. */
export const codesOf = (...kinds: ErrorKind[]): string =>
  Object.entries(ERRORS)
    .filter(([, { kind }]) => kinds.includes(kind))
    .map(([code]) => code.replaceAll('.', '[.]'))
    .join('|');
