import { resolve } from 'node:path';
import { FolderModelStore, pruneStore } from '@intermodal/engines';
import { IntermodalError } from '@intermodal/contracts';
import { MODELS, PRESETS, type Model } from '@intermodal/models';
import type { Command } from 'commander';
import { printJson, type CommandContext } from './context.ts';
import { size } from './drawing.ts';
import { EXIT_CODES, UsageError } from './exit-codes.ts';
import { pullModels } from './pull-models.ts';

type Json = { readonly json?: true };
type Chosen = { readonly preset?: string };
type State = 'here' | 'missing' | 'damaged';

/** `models list|pull|verify|prune|mirror`: the weights that engines open. */
export function registerModelCommands(program: Command, context: CommandContext): void {
  const models = program.command('models').description('the weights that engines open');
  const store = () => {
    const { modelDir, modelMirror, modelMirrorToken, modelMaxBytes } = context.config();
    return new FolderModelStore({
      folder: modelDir,
      mirror: modelMirror,
      mirrorToken: modelMirrorToken,
      maxBytes: modelMaxBytes,
    });
  };

  models
    .command('list')
    .description('every model there is, and whether it is on this machine')
    .option('--json', 'print one line of JSON')
    .action(async ({ json }: Json) => report(await statesOf(MODELS, store()), json, context));

  models
    .command('verify')
    .description('check the hash of every file that is on this machine; ends with 1 when one is damaged')
    .option('--json', 'print one line of JSON')
    .action(async ({ json }: Json) => {
      const states = await statesOf(MODELS, store());
      report(states, json, context);
      if (states.some(({ state }) => state === 'damaged')) context.exitCode = EXIT_CODES.failed;
    });

  models
    .command('pull')
    .description('fetch models from INTERMODAL_MODEL_MIRROR or their public address, and verify them')
    .argument('[id...]', 'all models, when left out')
    .option('--preset <name>', presetsText())
    .option('--json', 'print one line of JSON')
    .addHelpText(
      'after',
      `
What was broken off goes on where it was.

Examples:
  $ intermodal models pull silero-vad
  $ intermodal models pull --preset cpu-small
  $ INTERMODAL_MODEL_MIRROR=https://models.example.com intermodal models pull`,
    )
    .action(async (ids: string[], { preset, json }: Chosen & Json) => {
      const wanted = chosen(ids, preset);
      const from = store();
      await pullModels(wanted, from, context);
      report(await statesOf(wanted, from), json, context);
    });

  models
    .command('mirror')
    .description(
      'copy models that are on this machine to a folder that others can use as INTERMODAL_MODEL_MIRROR',
    )
    .argument('<folder>', 'where to; what is there already and whole is left as it is')
    .argument('[id...]', 'all models, when left out')
    .option('--preset <name>', presetsText())
    .option('--json', 'print one line of JSON')
    .addHelpText(
      'after',
      `
For machines without internet: pull where there is some, carry the folder over, and let it serve there, as a folder or
behind any web server.

Example:
  $ intermodal models pull && intermodal models mirror /media/stick/models`,
    )
    .action(async (folder: string, ids: string[], { preset, json }: Chosen & Json) => {
      const from = store();
      const missing: string[] = [];
      const mirrored: string[] = [];
      for (const model of chosen(ids, preset))
        ((await from.copyTo(resolve(folder), model)) ? mirrored : missing).push(model.id);
      if (json) printJson(context, { folder, mirrored, missing });
      else for (const id of mirrored) context.print(`${id} is in ${folder}`);
      if (missing.length === 0) return;
      context.note(`Not on this machine: ${missing.join(', ')}; first run intermodal models pull.`);
      context.exitCode = EXIT_CODES.failed;
    });

  models
    .command('prune')
    .description(
      'remove what the catalogue of this version does not name, and downloads that nobody goes on with',
    )
    .option('--dry-run', 'only tell what would go')
    .option('--json', 'print one line of JSON')
    .action(async ({ dryRun, json }: { dryRun?: true } & Json) => {
      const found = await pruneStore(context.config().modelDir, MODELS, { remove: dryRun !== true });
      const bytes = found.reduce((sum, one) => sum + one.bytes, 0);
      if (json) return printJson(context, { removed: dryRun !== true, bytes, files: found });
      for (const one of found) context.print(`${size(one.bytes).padStart(8)}  ${one.path}`);
      context.print(`${size(bytes).padStart(8)}  ${dryRun ? 'would be removed' : 'removed'}`);
    });
}

const presetsText = (): string =>
  Object.entries(PRESETS)
    .map(([name, { summary }]) => `${name}: ${summary}`)
    .join(' ');

function chosen(ids: readonly string[], preset: string | undefined): readonly Model[] {
  if (preset === undefined) return ids.length === 0 ? MODELS : ids.map(modelOf);
  if (!Object.hasOwn(PRESETS, preset))
    throw new UsageError(`There is no preset '${preset}'; there are ${Object.keys(PRESETS).join(', ')}.`);
  return [...new Set([...PRESETS[preset]!.models, ...ids.map(modelOf)])];
}

function modelOf(id: string): Model {
  const model = MODELS.find((one) => one.id === id);
  if (model) return model;
  throw new UsageError(`There is no model '${id}'; there are ${MODELS.map((one) => one.id).join(', ')}.`);
}

const statesOf = (
  models: readonly Model[],
  store: FolderModelStore,
): Promise<{ model: Model; state: State }[]> =>
  Promise.all(models.map(async (model) => ({ model, state: await stateOf(model, store) })));

async function stateOf(model: Model, store: FolderModelStore): Promise<State> {
  try {
    return (await store.find(model)) ? 'here' : 'missing';
  } catch (error) {
    if (error instanceof IntermodalError && error.code === 'model.corrupt') return 'damaged';
    throw error;
  }
}

function report(
  states: readonly { model: Model; state: State }[],
  json: true | undefined,
  context: CommandContext,
) {
  const rows = states.map(({ model, state }) => ({
    id: model.id,
    state,
    bytes: model.files.reduce((sum, file) => sum + file.bytes, 0),
    licence: model.licence,
    presets: Object.keys(PRESETS).filter((name) => PRESETS[name]!.models.includes(model)),
    summary: model.summary,
  }));
  if (json) return printJson(context, { models: rows });
  for (const { id, state, bytes, licence, summary } of rows)
    context.print(
      `${id.padEnd(24)} ${state.padEnd(8)} ${size(bytes).padStart(8)}  ${licence.padEnd(12)} ${summary}`,
    );
}
