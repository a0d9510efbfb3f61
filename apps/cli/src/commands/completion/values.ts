import type { IntermodalClient } from '@intermodal/client';
import { EVENT_TYPES, JOB_STATES, SCOPES, WebhookMessageView } from '@intermodal/contracts';
import { readCatalogue } from '@intermodal/engines';
import { PRESETS } from '@intermodal/models';
import type { CommandContext } from '../context.ts';
import type { Candidate, Offer } from './complete.ts';

/** Nobody waits longer for the key Tab. */
const PATIENCE_MS = 1_000;
const NEWEST = '20';

type Ask = (client: IntermodalClient, signal: AbortSignal) => Promise<Candidate[]>;
type Source = (context: CommandContext) => Promise<Offer> | Offer;

const FILES: Offer = { candidates: [], paths: 'files' };
const FOLDERS: Offer = { candidates: [], paths: 'folders' };

const list =
  (values: readonly string[]): Source =>
  () => ({ candidates: values.map((value) => ({ value })) });

/** What the API says, when it says it in time; else nothing, for there is no place to complain. */
const fromApi =
  (...asks: readonly Ask[]): Source =>
  async (context) => {
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(PATIENCE_MS)]);
    try {
      const client = await context.client();
      const found = await Promise.all(asks.map((ask) => ask(client, signal)));
      return { candidates: found.flat() };
    } catch {
      return { candidates: [] };
    }
  };

const askPipelines: Ask = async (client, signal) =>
  (await client.pipelines.list({ signal })).pipelines.map(({ name, summary }) => ({
    value: name,
    about: summary,
  }));
const askJobs: Ask = async (client, signal) =>
  (await client.jobs.list({ limit: NEWEST }, { signal })).jobs.map(({ id, pipeline, status }) => ({
    value: id,
    about: `${pipeline} ${status}`,
  }));
const askBatches: Ask = async (client, signal) =>
  (await client.batches.list({ limit: NEWEST }, { signal })).batches.map(({ id, pipeline, status }) => ({
    value: id,
    about: `${pipeline} ${status}`,
  }));
const askWebhooks: Ask = async (client, signal) =>
  (await client.webhooks.list({ signal })).webhooks.map(({ id, url }) => ({ value: id, about: url }));
const askKeys: Ask = async (client, signal) =>
  (await client.keys.list({ limit: NEWEST }, { signal })).keys.map(({ id, name }) => ({
    value: id,
    about: name,
  }));
const askTenants: Ask = async (client, signal) =>
  (await client.tenants.list({ limit: NEWEST }, { signal })).tenants.map(({ id, name }) => ({
    value: id,
    about: name,
  }));

const pipelines = fromApi(askPipelines);
const jobs = fromApi(askJobs);
const batches = fromApi(askBatches);
const webhooks = fromApi(askWebhooks);
const keys = fromApi(askKeys);
const tenants = fromApi(askTenants);

/** A pipeline by its name, or the path of a document. */
const pipelineOrFile: Source = async (context) => ({ ...(await pipelines(context)), paths: 'files' });

/** The catalogue is on this machine: no API is asked. */
const models: Source = async (context) => {
  try {
    const catalogue = await readCatalogue(context.config().modelCatalogue);
    return { candidates: catalogue.map(({ id, summary }) => ({ value: id, about: summary })) };
  } catch {
    return { candidates: [] };
  }
};
const presets: Source = () => ({
  candidates: Object.entries(PRESETS).map(([value, { summary }]) => ({ value, about: summary })),
});
const scopes: Source = () => ({
  candidates: Object.entries(SCOPES).map(([value, about]) => ({ value, about })),
});
const files: Source = () => FILES;
const folders: Source = () => FOLDERS;

/** By place. A test says so when a place is not of the program, and when an `<id>` of the program is not here. */
export const VALUES: Readonly<Record<string, Source>> = {
  'submit <pipeline>': pipelineOrFile,
  // The value is a path in most inputs: shells complete what comes after the `=`.
  'submit --input': files,
  'upload <file>': files,
  'jobs --status': list(JOB_STATES),
  'jobs --pipeline': pipelines,
  'jobs --batch': batches,
  'job <id>': jobs,
  'cancel <id>': jobs,
  'retry <id>': jobs,
  'watch <id>': fromApi(askJobs, askBatches),
  'eval <pipeline>': pipelineOrFile,
  'eval <rows>': files,
  'batch submit <pipeline>': pipelineOrFile,
  'batch submit <rows>': files,
  'batch status <id>': batches,
  'batch results <id>': batches,
  'batch errors <id>': batches,
  'batch cancel <id>': batches,
  'batch retry <id>': batches,
  'pipelines show <name>': pipelines,
  'pipelines publish <file>': files,
  'pipelines validate <file>': files,
  'validate <file>': files,
  'webhooks create --events': list(EVENT_TYPES),
  'webhooks update --events': list(EVENT_TYPES),
  'webhooks deliveries --status': list(WebhookMessageView.shape.status.options),
  ...at('webhooks', ['show', 'update', 'rotate', 'test', 'deliveries', 'redeliver', 'delete'], webhooks),
  'keys create --scope': scopes,
  ...at('keys', ['rotate', 'revoke'], keys),
  'keys create --tenant': tenants,
  'keys list --tenant': tenants,
  'keys rotate --tenant': tenants,
  'keys revoke --tenant': tenants,
  'usage --tenant': tenants,
  'audit --tenant': tenants,
  ...at('tenants', ['show', 'set'], tenants),
  ...at('models', ['show', 'pull', 'mirror'], models),
  'models mirror <to>': folders,
  'models pull --preset': presets,
  'models mirror --preset': presets,
};

function at(command: string, subcommands: readonly string[], source: Source): Record<string, Source> {
  return Object.fromEntries(subcommands.map((name) => [`${command} ${name} <id>`, source]));
}

export const valuesFor =
  (context: CommandContext) =>
  async (place: string): Promise<Offer> =>
    (await VALUES[place]?.(context)) ?? { candidates: [] };
