import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { memoryOfMachine, usualMemoryBytes } from '@intermodal/engines';
import { WITHOUT_MODELS } from '@intermodal/models';
import { loadShippedStages } from '@intermodal/stages';
import type { Command } from 'commander';
import { overfull } from './shared-memory.ts';
import { startStack, type Stack } from './stack.ts';

/** Adds `intermodal local`: the whole of Intermodal on this machine, in the foreground. */
export function registerLocalCommand(
  program: Command,
  given: {
    readonly environment: NodeJS.ProcessEnv;
    readonly programs: { readonly api: string; readonly workers: string };
  },
): void {
  const { environment } = given;
  program
    .command('local')
    .description('run everything on this machine: Postgres, Redis, the API and the workers')
    .option(
      '--data-dir <folder>',
      'where data, keys and logs are kept',
      environment.INTERMODAL_DATA_DIR ?? '.data',
    )
    .option('--ephemeral', 'keep nothing: use a temporary folder and remove it at the end')
    .option('--port <number>', 'of the API, when it is free', environment.INTERMODAL_PORT ?? '4646')
    .option('--json', 'say that it is ready in one line of JSON')
    .addHelpText(
      'after',
      '\nCtrl-C lets running tasks finish, then ends every process; a second Ctrl-C does not wait.',
    )
    .action(async (options: LocalOptions) => {
      process.exitCode = await runLocal(options, given);
    });
}

interface LocalOptions {
  readonly dataDir: string;
  readonly ephemeral?: true;
  readonly port: string;
  readonly json?: true;
}

async function runLocal(
  options: LocalOptions,
  given: Parameters<typeof registerLocalCommand>[1],
): Promise<number> {
  const port = Number(options.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    return complain(`--port is '${options.port}': expected a whole number from 0 to 65535.`);
  }
  const drainMs = Number(given.environment.INTERMODAL_DRAIN_MS ?? 30_000);
  const stopAsked = untilSignal();
  const warning = overfull({
    machineBytes: memoryOfMachine(),
    // What is no number the workers refuse, and say so.
    workerBytes: Number(given.environment.INTERMODAL_MODEL_MEMORY_BYTES) || usualMemoryBytes(),
    pools: await poolsWithModels(),
  });
  if (warning !== undefined) process.stderr.write(`${warning}\n`);
  const ephemeral = options.ephemeral === true;
  const starting = startStack({
    dataFolder: ephemeral ? await mkdtemp(join(tmpdir(), 'intermodal-')) : options.dataDir,
    ephemeral,
    port,
    programs: given.programs,
    pools: shippedPools,
    environment: {
      ...given.environment,
      // Weights are worth keeping, whatever else is not.
      INTERMODAL_MODEL_DIR: given.environment.INTERMODAL_MODEL_DIR || resolve(options.dataDir, 'models'),
    },
    drainMs,
    onEvent: ({ name, what, detail }) => {
      if (what !== 'ready') process.stderr.write(`${name} ${what}: ${detail}\n`);
    },
  });
  // A signal while it starts: it is awaited, then ended.
  let stack: Stack;
  try {
    stack = await starting;
  } catch (error) {
    return complain((error as Error).message);
  }
  announce(stack, options);
  const why = await Promise.race([stopAsked.first, stack.broken]);
  stopAsked.again.then(
    () => stack.hurry(),
    () => {},
  );
  if (!why.startsWith('SIG'))
    process.stderr.write(`${why} ended; everything is stopped. See ${stack.dataFolder}/logs.\n`);
  else if (!options.json) process.stderr.write('\nStopping; running tasks may finish first …\n');
  await stack.stop();
  return why.startsWith('SIG') ? 0 : 1;
}

function announce(stack: Stack, options: LocalOptions): void {
  if (options.json) {
    const { url, key } = stack;
    process.stdout.write(
      `${JSON.stringify({ type: 'ready', url, key, pid: process.pid, pids: stack.pids() })}\n`,
    );
    return;
  }
  process.stdout.write(
    [
      'Intermodal is ready.',
      `  address  ${stack.url}`,
      `  key      ${stack.key}`,
      `  data     ${stack.dataFolder}${options.ephemeral ? ' (removed at the end)' : ''}`,
      'Ctrl-C ends it.',
      '',
    ].join('\n'),
  );
}

function complain(message: string): number {
  process.stderr.write(`${message}\n`);
  return 1;
}

/** Pools without a stage need no worker. */
async function shippedPools(): Promise<readonly string[]> {
  const stages = await loadShippedStages();
  return [...new Set([...stages.values()].map(({ pool }) => pool))];
}

async function poolsWithModels(): Promise<readonly string[]> {
  const stages = await loadShippedStages();
  const loading = [...stages.values()].filter(({ needs }) =>
    Object.values(needs).some(({ name }) => !WITHOUT_MODELS.includes(name)),
  );
  return [...new Set(loading.map(({ pool }) => pool))].sort();
}

function untilSignal(): { first: Promise<string>; again: Promise<string> } {
  const seen: PromiseWithResolvers<string>[] = [Promise.withResolvers(), Promise.withResolvers()];
  let count = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => seen[count++]?.resolve(signal));
  }
  return { first: seen[0]!.promise, again: seen[1]!.promise };
}
