import type { Command } from 'commander';
import { printJson, type CommandContext } from './context.ts';
import { size } from './drawing.ts';
import { UsageError } from './exit-codes.ts';
import { uploadFile } from './upload-file.ts';

interface Options {
  readonly type?: string;
  readonly resume?: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  $ intermodal upload talk.wav film.mp4
  $ intermodal upload notes --type text/plain --json
  $ intermodal upload film.mp4 --resume upl_01k…

A large file goes in parts, several at once, to the store itself where that can be; broken connections are taken up again.
`;

/** `upload FILE...`: files for jobs and batches to come. */
export function registerUploadCommand(program: Command, context: CommandContext): void {
  program
    .command('upload')
    .description('upload files, for jobs and batches to name')
    .argument('<file...>', 'paths')
    .option('-t, --type <media-type>', 'of all of them; left out, their names and first bytes decide')
    .option('--resume <upload>', 'go on with an upload of this one file that was broken off')
    .option('--json', 'print one line of JSON for each')
    .addHelpText('after', EXAMPLES)
    .action(async (paths: string[], { type, resume, json }: Options) => {
      if (resume !== undefined && paths.length > 1)
        throw new UsageError('--resume: goes on with one file; name that one only.');
      const client = await context.client();
      for (const path of paths) {
        const artifact = await uploadFile(path, { mediaType: type, resume }, client, context);
        if (json) printJson(context, artifact);
        else context.print(`${artifact.id}  ${artifact.mediaType}  ${size(artifact.bytes)}  ${path}`);
      }
    });
}
