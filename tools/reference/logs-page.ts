import { LOG_FIELDS } from '@intermodal/contracts';
import { code, table } from './markdown.ts';

export const logsPage = (): string =>
  [
    '# Logs',
    'Every process writes a line of JSON for each thing that happens, to its standard output. These are the fields of a line, in every process; one that has no value is left out. ' +
      'No line holds a key, a header, a query, a value or a file of a user; the message of a failed task is the one that its user is shown. How lines and traces belong together: [seeing what happens](../observability.md).',
    table(
      ['field', 'what it is'],
      Object.entries(LOG_FIELDS).map(([name, about]) => [code(name), about]),
    ),
  ].join('\n\n');
