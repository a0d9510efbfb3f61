import { FolderModelStore } from '@intermodal/engines';
import { IntermodalError } from '@intermodal/contracts';
import { MODELS, type Model } from '@intermodal/models';
import type { Command } from 'commander';
import { printJson, type CommandContext } from './context.ts';
import { EXIT_CODES, UsageError } from './exit-codes.ts';

type Json = { readonly json?: true };
type State = 'here' | 'missing' | 'damaged';

/** `models list|pull|verify`: the weights that engines open. */
export function registerModelCommands(program: Command, context: CommandContext): void {
  const models = program.command('models').description('the weights that engines open');
  const store = () => {
    const { modelDir, modelMirror } = context.config();
    return new FolderModelStore({
      folder: modelDir,
      ...(modelMirror !== undefined && { mirror: modelMirror }),
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
    .option('--json', 'print one line of JSON')
    .addHelpText('after', '\nExample:\n  $ intermodal models pull silero-vad')
    .action(async (ids: string[], { json }: Json) => {
      const wanted = ids.length === 0 ? MODELS : ids.map(modelOf);
      for (const model of wanted) await store().pull(model, { signal: context.signal });
      report(await statesOf(wanted, store()), json, context);
    });
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
  const rows = states.map(({ model: { id, summary, licence, files }, state }) => ({
    id,
    state,
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    licence,
    summary,
  }));
  if (json) return printJson(context, { models: rows });
  for (const { id, state, bytes, licence, summary } of rows)
    context.print(
      `${id.padEnd(24)} ${state.padEnd(8)} ${(bytes / 1e6).toFixed(1).padStart(8)} MB  ${licence.padEnd(12)} ${summary}`,
    );
}
