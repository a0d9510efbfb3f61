#!/usr/bin/env node
import { demo } from './demo.ts';
import { HELP, readOptions } from './options.ts';

async function main(): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  try {
    const { INTERMODAL_URL, INTERMODAL_KEY } = process.env;
    const options = readOptions(process.argv.slice(2), { url: INTERMODAL_URL, key: INTERMODAL_KEY });
    if (!options) process.stdout.write(`${HELP}\n`);
    return options && !options.check ? await demo(options, stop.signal, process.stdout) : 0;
  } catch (error) {
    if (stop.signal.aborted) return 130;
    process.stderr.write(`\n${(error as Error).message}\n`);
    return 1;
  }
}

process.exitCode = await main();
