#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CliConfig, readConfig } from '@intermodal/config';
import type { CommandContext } from './commands/context.ts';
import { findApi } from './commands/find-api.ts';
import { createProgram, runProgram } from './commands/program.ts';
import { registerLocalCommand } from './local/local.command.ts';

const interrupt = new AbortController();
const config = () => readConfig(CliConfig, process.env, (path) => readFileSync(path, 'utf8'));

const context: CommandContext = {
  config,
  client() {
    // Only commands that talk to an API stop at once; `local` ends its processes in order.
    process.once('SIGINT', () => interrupt.abort());
    return findApi(config());
  },
  print: (line) => void process.stdout.write(`${line}\n`),
  note: (line) => void process.stderr.write(`${line}\n`),
  screen: process.stderr.isTTY
    ? {
        get rows() {
          return process.stderr.rows;
        },
        get columns() {
          return process.stderr.columns;
        },
        write: (text) => void process.stderr.write(text),
      }
    : undefined,
  signal: interrupt.signal,
  exitCode: 0,
};
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const program = createProgram(context, version);
registerLocalCommand(program, {
  environment: process.env,
  programs: {
    api: fileURLToPath(new URL('../../api/dist/main.js', import.meta.url)),
    workers: fileURLToPath(new URL('../../workers/dist/main.js', import.meta.url)),
  },
});
const code = await runProgram(program, process.argv.slice(2), context);
// `local` sets its own.
process.exitCode ??= code;
