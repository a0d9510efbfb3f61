#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { registerLocalCommand } from './local/local.command.ts';

const program = new Command('intermodal').description('Multimodal pipelines as durable job graphs.');
registerLocalCommand(program, {
  environment: process.env,
  programs: {
    api: fileURLToPath(new URL('../../api/dist/main.js', import.meta.url)),
    workers: fileURLToPath(new URL('../../workers/dist/main.js', import.meta.url)),
  },
});
await program.parseAsync();
