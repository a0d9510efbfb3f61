/**
 * Programs joined by pipes, as a line for the shell: when any of them ends, all do. So a broken pipeline is seen as ended, and
 * one whose first program finds its input closed, because we were killed, leaves nothing.
 */
export const allOrNone = (programs: readonly string[]): string =>
  programs.map((program) => `{ ${program}; kill -KILL 0; }`).join(' | ');
