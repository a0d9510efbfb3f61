import { ERRORS, type ErrorKind } from '@intermodal/contracts';
import { code, table } from './markdown.ts';

const KINDS: Readonly<Record<ErrorKind, string>> = {
  user: 'Something that was sent, or asked for, cannot be done. Trying again does not help.',
  operational: 'Something that Intermodal needs is away or broke. It is tried again.',
  bug: 'A mistake of ours. It is logged whole and shown to nobody.',
};

export const errorsPage = (): string =>
  [
    '# Errors',
    'Every error has a stable `code`. The API answers it as `application/problem+json` (RFC 9457) with `code`, `detail` ' +
      '(one sentence that names the field or file and the cure) and `requestId`; a job and a task carry it in `error`.',
    ...(Object.entries(KINDS) as [ErrorKind, string][]).map(([kind, about]) => {
      const entries = Object.entries(ERRORS).filter(([, error]) => error.kind === kind);
      const rows = entries.map(([name, { status, title }]) => [code(name), String(status), title]);
      return `## ${kind}\n\n${about}\n\n${table(['code', 'HTTP status', 'means'], rows)}`;
    }),
  ].join('\n\n');
