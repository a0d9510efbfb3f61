import { resolve } from 'node:path';
import {
  type FolderModelStore,
  mirrorModel,
  pruneStore,
  readCatalogue,
  type State,
  unreadInCatalogue,
} from '@intermodal/engines';
import { Revision } from '@intermodal/contracts';
import type { Model } from '@intermodal/models';
import type { Command } from 'commander';
import { printJson, type CommandContext } from './context.ts';
import { size } from './drawing.ts';
import { EXIT_CODES, UsageError } from './exit-codes.ts';
import {
  chosenModels,
  modelOf,
  presetsText,
  UnknownModel,
  unreadText,
  variantOf,
  wantedByAll,
} from './model-choice.ts';
import { openModelStore } from './open-model-store.ts';
import { pullModels } from './pull-models.ts';
import { detailsOf, lineOf, rowOf, verifiedStateOf } from './show-models.ts';

type Json = { readonly json?: true };
type Chosen = { readonly preset?: string };
type PullOptions = Chosen & Json & { readonly variant?: string; readonly revision?: string };

const IDS = '[id...]';
const JSON_OPTION = ['--json', 'print one line of JSON'] as const;

/** `models list|show|pull|verify|prune|mirror`: the weights that engines open. */
export function registerModelCommands(program: Command, context: CommandContext): void {
  const models = program.command('models').description('the weights that engines open');
  const withStore = async (
    use: (store: FolderModelStore, catalogue: readonly Model[]) => Promise<void>,
  ): Promise<void> => {
    const config = context.config();
    const store = openModelStore(config);
    try {
      await use(store, await readCatalogue(config.modelCatalogue));
    } catch (error) {
      if (!(error instanceof UnknownModel)) throw error;
      const unread = unreadText(await unreadInCatalogue(config.modelCatalogue), error.id);
      throw new UsageError(`${error.message} ${unread}`.trimEnd());
    } finally {
      await store.close();
    }
  };
  const report = async (
    list: readonly Model[],
    store: FolderModelStore,
    json: true | undefined,
    states?: ReadonlyMap<Model, State>,
  ): Promise<void> => {
    const rows = await Promise.all(list.map((model) => rowOf(model, store, states?.get(model))));
    if (json) return printJson(context, { models: rows });
    for (const row of rows) context.print(lineOf(row));
  };

  models
    .command('list')
    .description(
      'every model there is, and what of it is on this machine, by names and lengths; verify reads the bytes',
    )
    .option(...JSON_OPTION)
    .action(({ json }: Json) =>
      withStore(async (store, catalogue) => {
        await report(catalogue, store, json);
        const unread = unreadText(await unreadInCatalogue(context.config().modelCatalogue));
        if (unread !== '') context.note(unread);
      }),
    );

  models
    .command('show')
    .description('all that is known of one model')
    .argument('<id>')
    .option(...JSON_OPTION)
    .action((id: string, { json }: Json) =>
      withStore(async (store, catalogue) => {
        const row = await rowOf(modelOf(catalogue, id), store);
        if (json) return printJson(context, row);
        for (const line of detailsOf(row)) context.print(line);
      }),
    );

  models
    .command('verify')
    .description('check the hash of every file that is on this machine; ends with 1 when one is damaged')
    .option(...JSON_OPTION)
    .action(({ json }: Json) =>
      withStore(async (store, catalogue) => {
        const states = new Map<Model, State>();
        for (const model of catalogue) states.set(model, await verifiedStateOf(model, store));
        const isHere = (model: Model) => !['missing', 'unpinned'].includes(states.get(model)!);
        await report(json ? catalogue : catalogue.filter(isHere), store, json, states);
        if ([...states.values()].includes('damaged')) context.exitCode = EXIT_CODES.failed;
      }),
    );

  models
    .command('pull')
    .description('fetch models from INTERMODAL_MODEL_MIRROR or their source, and verify them')
    .argument(IDS, 'what the shipped engines open, and the models of your own, when left out')
    .option('--preset <name>', presetsText())
    .option('--variant <name>', 'which precision and device, e.g. q8-cpu; the first one, when left out')
    .option('--revision <commit>', 'the commit of its repository, for one model that has none yet; recorded')
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      `
What was broken off goes on where it was.

Examples:
  $ intermodal models pull silero-vad
  $ intermodal models pull --preset cpu-small
  $ intermodal models pull whisper-tiny --variant fp32-cpu
  $ INTERMODAL_MODEL_MIRROR=https://models.example.com intermodal models pull`,
    )
    .action((ids: string[], { preset, variant, revision, json }: PullOptions) =>
      withStore(async (store, catalogue) => {
        checkRevision(ids, preset, revision);
        const wanted = chosenModels(catalogue, ids, preset, wantedByAll(catalogue));
        for (const { id, licence } of wanted.filter(({ nonCommercial }) => nonCommercial))
          context.note(`${id} may not be used commercially: its licence is ${licence}.`);
        await pullModels(wanted, store, { variant: variant ?? variantOf(preset), revision }, context);
        await report(wanted, store, json);
      }),
    );

  models
    .command('mirror')
    .description(
      'copy models that are on this machine to where others can use them as INTERMODAL_MODEL_MIRROR',
    )
    .argument('<to>', 'a folder or s3://bucket/prefix; what is there already and whole is left as it is')
    .argument(IDS, 'all that are here, when left out')
    .option('--preset <name>', presetsText())
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      `
For machines without internet: pull where there is some, carry the folder over, and let it serve there, as a folder or
behind any web server. S3 is reached by S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY.

Examples:
  $ intermodal models pull && intermodal models mirror /media/stick/models
  $ intermodal models mirror s3://models/intermodal`,
    )
    .action((to: string, ids: string[], { preset, json }: Chosen & Json) =>
      withStore(async (store, catalogue) => {
        const mirror = mirrorAddress(to);
        const named = ids.length > 0 || preset !== undefined;
        const missing: string[] = [];
        const mirrored: string[] = [];
        for (const model of chosenModels(catalogue, ids, preset, catalogue))
          ((await mirrorModel(store, model, mirror, context.signal)) ? mirrored : missing).push(model.id);
        const lacking = named || mirrored.length === 0 ? missing : [];
        if (json) printJson(context, { folder: to, mirrored, missing: lacking });
        else for (const id of mirrored) context.print(`${id} is in ${to}`);
        if (lacking.length === 0) return;
        const which = named ? `Not on this machine: ${lacking.join(', ')}` : 'No model is on this machine';
        context.note(`${which}; first run intermodal models pull.`);
        context.exitCode = EXIT_CODES.failed;
      }),
    );

  models
    .command('prune')
    .description(
      'remove what the catalogue of this version does not name, and downloads that nobody goes on with',
    )
    .option('--dry-run', 'only tell what would go')
    .option(...JSON_OPTION)
    .action(async ({ dryRun, json }: { dryRun?: true } & Json) => {
      const { modelDir, modelCatalogue } = context.config();
      const catalogue = await readCatalogue(modelCatalogue);
      const found = await pruneStore(modelDir, catalogue, { remove: dryRun !== true });
      const bytes = found.reduce((sum, one) => sum + one.bytes, 0);
      if (json) return printJson(context, { removed: dryRun !== true, bytes, files: found });
      for (const one of found) context.print(`${size(one.bytes).padStart(8)}  ${one.path}`);
      context.print(`${size(bytes).padStart(8)}  ${dryRun ? 'would be removed' : 'removed'}`);
    });
}

function checkRevision(
  ids: readonly string[],
  preset: string | undefined,
  revision: string | undefined,
): void {
  if (revision === undefined) return;
  if (ids.length !== 1 || preset !== undefined)
    throw new UsageError('--revision is the commit of one model: name that one, and no preset.');
  const { error } = Revision.safeParse(revision);
  if (error) throw new UsageError(`--revision ${revision}: ${error.issues[0]?.message}.`);
}

function mirrorAddress(to: string): string {
  if (to.startsWith('s3://')) return to;
  if (/^[a-z0-9+.-]+:\/\//i.test(to))
    throw new UsageError(`${to} cannot be written: a mirror is made in a folder, or in s3://bucket/prefix.`);
  return resolve(to);
}
