import { Argument, type Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { complete } from './complete.ts';
import { SCRIPTS, SHELLS, type Shell } from './scripts.ts';
import { valuesFor } from './values.ts';

const INSTALL = `
Commands and options are completed, and pipelines, jobs and the like as the API tells them; when it does not answer within
a second, they are not. \`intermodal\` must be in your PATH.

Bash, now and in every new shell:
  $ source <(intermodal completion bash)
  $ echo 'source <(intermodal completion bash)' >> ~/.bashrc

Zsh, likewise, after compinit:
  $ source <(intermodal completion zsh)
  $ echo 'source <(intermodal completion zsh)' >> ~/.zshrc

Fish:
  $ intermodal completion fish > ~/.config/fish/completions/intermodal.fish
`;

/** `completion`, and what its scripts ask. */
export function registerCompletionCommand(program: Command, context: CommandContext): void {
  program
    .command('completion')
    .description('print a script that completes command lines; --help shows where it goes')
    .addArgument(new Argument('<shell>', 'which one').choices(SHELLS))
    .addHelpText('after', INSTALL)
    .action((shell: Shell) => context.print(SCRIPTS[shell].trimEnd()));

  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .action(async (words: string[]) => {
      const { candidates, paths } = await complete(program, words, valuesFor(context));
      for (const { value, about } of candidates)
        context.print(about ? `${value}\t${about.replace(/\s+/g, ' ')}` : value);
      if (paths) context.print(`:${paths}`);
    });
}
