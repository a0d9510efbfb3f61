import { Command, CommanderError } from 'commander';
import { registerBatchCommands } from './batch.command.ts';
import { registerCapacityCommand } from './capacity/capacity.command.ts';
import { registerCatalogueCommands } from './catalogue.command.ts';
import { registerCompletionCommand } from './completion/completion.command.ts';
import type { CommandContext } from './context.ts';
import { registerEvalCommand } from './eval/eval.command.ts';
import { EXIT_CODES, EXIT_CODES_HELP, judge } from './exit-codes.ts';
import { registerJobCommands } from './jobs.command.ts';
import { registerKeyCommands } from './keys.command.ts';
import { registerMigrateCommand } from './migrate.command.ts';
import { registerModelCommands } from './models.command.ts';
import { registerPipelineCommands } from './pipelines.command.ts';
import { registerPodCostsCommand } from './pod-costs/pod-costs.command.ts';
import { registerSubmitCommand } from './submit.command.ts';
import { registerUploadCommand } from './upload.command.ts';
import { registerWatchCommand } from './watch/watch.command.ts';
import { registerTenantCommands } from './tenants.command.ts';
import { registerUsageCommands } from './usage.command.ts';
import { registerWebhookCommands } from './webhooks.command.ts';

const ENVIRONMENT_HELP = `
Environment:
  INTERMODAL_URL   the API; without it, the stack that \`intermodal local\` runs in INTERMODAL_DATA_DIR (.data)
  INTERMODAL_KEY   its key; without it, the key of that stack
  All settings are in docs/reference/settings.md.
`;

/** Every command but `local`, which `main` adds. */
export function createProgram(context: CommandContext, version: string): Command {
  const program = new Command('intermodal')
    .description('Multimodal pipelines as durable job graphs.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(intermodal --help shows how)')
    .addHelpText('after', `${ENVIRONMENT_HELP}${EXIT_CODES_HELP}`);
  registerSubmitCommand(program, context);
  registerUploadCommand(program, context);
  registerJobCommands(program, context);
  registerWatchCommand(program, context);
  registerBatchCommands(program, context);
  registerEvalCommand(program, context);
  registerPipelineCommands(program, context);
  registerCatalogueCommands(program, context);
  registerWebhookCommands(program, context);
  registerKeyCommands(program, context);
  registerTenantCommands(program, context);
  registerUsageCommands(program, context);
  registerCapacityCommand(program, context);
  registerMigrateCommand(program, context);
  registerModelCommands(program, context);
  registerPodCostsCommand(program, context);
  registerCompletionCommand(program, context);
  return program;
}

/** Runs one command line. @returns the exit code */
export async function runProgram(
  program: Command,
  args: readonly string[],
  context: CommandContext,
): Promise<number> {
  try {
    await program.parseAsync(args, { from: 'user' });
    return context.exitCode;
  } catch (error) {
    // Commander has said what is wrong already; help and version come this way too, with 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage;
    if (context.signal.aborted) return EXIT_CODES.failed;
    const { code, message } = judge(error);
    context.note(message);
    return code;
  }
}
