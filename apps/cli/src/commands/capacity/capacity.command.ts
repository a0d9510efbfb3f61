import { readFile, writeFile } from 'node:fs/promises';
import type { IntermodalClient } from '@intermodal/client';
import { InvalidArgumentError, type Command } from 'commander';
import pMap from 'p-map';
import { newestJobs } from '../newest-jobs.ts';
import { printJson, type CommandContext } from '../context.ts';
import { UsageError } from '../exit-codes.ts';
import { capacityText } from './capacity-text.ts';
import { ENGINE_PRICES } from './engine-prices.ts';
import { fileBytes } from './file-bytes.ts';
import { learnProfile } from './learn-profile.ts';
import { planCapacity, type Load } from './plan-capacity.ts';
import { Profiles, type Profile } from './profile.ts';
import { simulatePeak } from './simulate-peak.ts';

interface CapacityOptions {
  readonly load: readonly AskedLoad[];
  readonly peak: number;
  readonly slots: number;
  readonly utilisation: number;
  readonly keepDays: number;
  readonly postgresCores: number;
  readonly postgresConnections: number;
  readonly workerConnections: number;
  readonly profiles?: string;
  readonly saveProfiles?: string;
  readonly simulate: boolean;
  readonly seed: number;
  readonly json?: true;
}

interface AskedLoad {
  readonly pipeline: string;
  readonly jobs: number;
  readonly per: 'hour' | 'day';
}

/** The newest that completed, of each pipeline. */
const LEARNED_FROM = 20;
const READS_AT_ONCE = 4;
/** Some seconds of computing. */
const SIMULATED_TASKS = 400_000;
/** As infra/k8s asks of KEDA. */
const POLL_SECONDS = 15;
const SCALING = { targetSeconds: 60, minWorkers: 1, maxWorkers: 100_000, startSeconds: 30, calmSeconds: 300 };

const HELP = `
How long tasks take is learned from the last jobs of the pipeline that completed; run some that are like yours first.
What the engine itself costs is from its own benchmark. docs/capacity.md says how it reckons, and what it does not know.

Examples:
  $ intermodal capacity --load video-to-text=20000/hour
  $ intermodal capacity --load speech-to-speech=500000/day --load visual-question-answering=2000000/day --peak 3
  $ intermodal capacity --load video-to-text=1000/hour --save-profiles measured.json
  $ intermodal capacity --load video-to-text=1000000/hour --profiles measured.json --slots 8 --json
`;

/** `capacity`: what a load needs, and where the first wall stands. */
export function registerCapacityCommand(program: Command, context: CommandContext): void {
  program
    .command('capacity')
    .description(
      'reckon what so many jobs need: workers of each pool, Postgres, Redis, S3, and the first wall',
    )
    .requiredOption('--load <pipeline=jobs/hour|day>', 'repeat it for each pipeline', collectLoad, [])
    .option('--peak <ratio>', 'the busiest hour beside the mean one, 1 to 12', number(1, 12), 2)
    .option('--slots <number>', 'tasks at a time in one worker', number(1, 1_000), 2)
    .option('--utilisation <share>', 'how busy things may be in the busiest hour', number(0.05, 1), 0.7)
    .option('--keep-days <days>', 'how long finished jobs are kept', number(0, 10_000), 30)
    .option('--postgres-cores <number>', 'that Postgres can have', number(1, 1_000), 16)
    .option('--postgres-connections <number>', 'its max_connections', number(1, 100_000), 500)
    .option(
      '--worker-connections <number>',
      'of a worker to Postgres: INTERMODAL_DATABASE_CONNECTIONS, of which so many are open',
      number(2, 200),
      ENGINE_PRICES.connections.worker,
    )
    .option('--profiles <file>', 'learned before; asks no API')
    .option('--save-profiles <file>', 'write down what was learned')
    .option('--no-simulate', 'leave out the simulation')
    .option('--seed <number>', 'of the simulation', number(1, 2 ** 31), 1)
    .option('--json', 'print one line of JSON')
    .addHelpText('after', HELP)
    .action((options: CapacityOptions) => capacity(options, context));
}

async function capacity(options: CapacityOptions, context: CommandContext): Promise<void> {
  const { load: asked, peak, slots } = options;
  const names = asked.map(({ pipeline }) => pipeline);
  const profiles = options.profiles
    ? await readProfiles(options.profiles)
    : await learn(await context.client(), names, context);
  if (options.saveProfiles)
    await writeFile(options.saveProfiles, `${JSON.stringify(profiles, null, 1)}\n`).catch(
      cannot('written', options.saveProfiles),
    );
  const loads = asked.map(({ pipeline, jobs, per }): Load => {
    const profile = profiles.find(
      ({ pipeline: name }) => name === pipeline || name.startsWith(`${pipeline}@`),
    );
    if (!profile)
      throw new UsageError(
        `nothing is known of '${pipeline}': ${options.profiles ?? 'its jobs'} has ${profiles.map((one) => one.pipeline).join(', ') || 'nothing'}.`,
      );
    return { profile, jobsPerHour: per === 'hour' ? jobs : (jobs / 24) * peak };
  });
  const plan = planCapacity(loads, options);
  const simulation = options.simulate
    ? simulatePeak(loads, {
        ...{ slots, peak, scaling: SCALING, pollSeconds: POLL_SECONDS },
        ...{ seed: options.seed, tasksMax: SIMULATED_TASKS },
      })
    : undefined;
  if (options.json) return printJson(context, { plan, ...(simulation && { simulation }) });
  for (const line of capacityText(plan, simulation)) context.print(line);
}

async function learn(
  client: IntermodalClient,
  pipelines: readonly string[],
  context: CommandContext,
): Promise<Profile[]> {
  const { signal } = context;
  const { stages } = await client.stages.list();
  const profiles: Profile[] = [];
  for (const pipeline of new Set(pipelines)) {
    const { jobs } = await newestJobs(client, { pipeline, status: 'completed', limit: LEARNED_FROM }, signal);
    const whole = await pMap(
      jobs,
      async ({ id }) => {
        const job = await client.jobs.get(id, { tasks: true, signal });
        return { ...job, fileBytes: fileBytes(job.input, job.output) };
      },
      { concurrency: READS_AT_ONCE, signal },
    );
    const profile = whole.length > 0 ? learnProfile(whole, stages) : undefined;
    if (!profile)
      throw new UsageError(
        `no job of '${pipeline}' has completed yet, so nothing is known of it. Run one that is like yours: intermodal submit ${pipeline} …`,
      );
    context.note(`${profile.pipeline}: learned from ${profile.jobs} jobs`);
    profiles.push(profile);
  }
  return profiles;
}

async function readProfiles(path: string): Promise<Profile[]> {
  const text = await readFile(path, 'utf8').catch(cannot('read', path));
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new UsageError(
      `--profiles: '${path}' is no JSON. Make it with: intermodal capacity --save-profiles ${path}`,
    );
  }
  const { success, data, error } = Profiles.safeParse(json);
  if (success) return data;
  const { path: at, message } = error.issues[0]!;
  throw new UsageError(`--profiles: '${path}' at ${at.join('.') || 'its top'}: ${message}.`);
}

function collectLoad(text: string, before: readonly AskedLoad[]): AskedLoad[] {
  const [, pipeline, jobs, per] = /^([^=]+)=([\d_.]+(?:e\d+)?)\/(hour|day)$/.exec(text) ?? [];
  const count = Number(jobs?.replaceAll('_', ''));
  if (!pipeline || !(count > 0)) throw new InvalidArgumentError('Expected as in video-to-text=20000/hour.');
  return [...before, { pipeline, jobs: count, per: per as AskedLoad['per'] }];
}

const number =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== '' && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a number from ${least} to ${most}.`);
  };

const cannot = (done: string, path: string) => (): never => {
  throw new UsageError(`'${path}' cannot be ${done}.`);
};
