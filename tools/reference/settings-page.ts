import { aboutOf, ApiConfig, CliConfig, defaultOf, WorkerConfig } from '@intermodal/config';
import type { z } from 'zod';
import { code, table } from './markdown.ts';

const PROCESSES = [ApiConfig, WorkerConfig, CliConfig];

export const settingsPage = (): string =>
  [
    '# Settings',
    'Settings are environment variables, read once when a process starts. A process that finds faults names all of them, ' +
      'says how to mend them, and does not start. An empty variable counts as not set.',
    'A secret may be given by a file instead: `NAME_FILE` names it.',
    ...PROCESSES.map((schema) => {
      const rows = Object.values<z.ZodType>(schema.settings).map((field) => {
        const { variable, description, example, secret } = aboutOf(field);
        return [
          code(variable),
          description + (secret ? ' Secret.' : ''),
          code(defaultOf(field) ?? ''),
          secret ? '' : code(example),
        ];
      });
      return `## ${schema.process}\n\n${table(['variable', 'what it is', 'default', 'example'], rows)}`;
    }),
  ].join('\n\n');
