import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openArtifactStore } from '@intermodal/artifacts';
import type { ArtifactStorage } from '@intermodal/config';
import { Network, Receiver, STACK_HOSTS, startCeph, startTrialStack, type Ceph } from '@intermodal/trial';
import pg from 'pg';
import type { Prediction } from '../check/prediction.ts';
import { clockOff } from '../faults/clock-off.ts';
import { FaultProxy } from '../faults/fault-proxy.ts';
import type { PreviousVersion } from '../previous-version.ts';
import type { Scenario } from '../scenario.ts';
import { startAudit } from './audit.ts';
import { makeEffectsFile, Round, type RoundResult } from './round.ts';

export interface Game {
  readonly prediction: Prediction;
  /** Undefined: artifacts go to a folder. */
  readonly ceph: Ceph | undefined;
  /** Built when a scenario begins with it. */
  readonly previous: PreviousVersion | undefined;
  readonly seed: number;
  readonly size: 'short' | 'full';
  readonly base: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  onProgress(what: string): void;
}

const SETTINGS = {
  INTERMODAL_LEASE_MS: '2000',
  INTERMODAL_HEARTBEAT_MS: '500',
  INTERMODAL_SWEEP_MS: '500',
  INTERMODAL_WEBHOOK_SCHEDULE_MS: '0,100,200,500,1000,2000,2000,2000,2000,2000,2000,2000,2000,2000,2000',
  INTERMODAL_WEBHOOK_POLL_MS: '200',
  INTERMODAL_WEBHOOK_DEADLINE_MS: '1000',
  INTERMODAL_WEBHOOK_LEASE_MS: '2000',
  INTERMODAL_WEBHOOK_PAUSE_MS: '100',
};
/** An ablation is not waited for: it will not come to rest. */
const PATIENCE_MS = { short: 90_000, full: 600_000, ablation: 15_000 };

/** Sets up everything for one scenario, runs it, looks, and takes everything down again. */
export async function play(scenario: Scenario, game: Game): Promise<RoundResult> {
  await using open = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'intermodal-chaos-'));
  open.defer(() => rm(folder, { recursive: true, force: true }));
  const effectsFile = makeEffectsFile(folder);
  const seed = `${game.seed}-${scenario.name}`;
  let messages = 0;
  const network = scenario.hosts ? await Network.open(STACK_HOSTS) : undefined;
  if (network) open.defer(() => network.close());
  const receiver = await Receiver.listen(() => messages++ % 5 === 0, network?.gateway);
  open.defer(() => receiver.close());

  const ownCeph = network && (await startCeph(network.place('s3')));
  if (ownCeph) open.defer(() => ownCeph.stop());
  const s3 = storageOf(ownCeph ?? game.ceph, scenario.name);
  const proxy = s3 && scenario.faultyS3 ? await FaultProxy.listen(s3.S3_ENDPOINT!) : undefined;
  if (proxy) open.defer(() => proxy.close());
  const { environment, ...shape } = scenario.stack ?? {};
  const { slots = 2 } = scenario;
  game.onProgress('starting');
  const stack = await startTrialStack({
    workers: 2,
    base: game.base,
    ...shape,
    ...(network && { hosts: { network, receiverPort: receiver.port } }),
    ...(scenario.fromPrevious && { programs: game.previous!.programs }),
    environment: {
      ...SETTINGS,
      INTERMODAL_SLOTS: String(slots),
      ...s3,
      ...(proxy && { S3_ENDPOINT: proxy.url }),
      TRIAL_EFFECTS: effectsFile,
      ...(scenario.without && { TRIAL_WITHOUT: scenario.without.part }),
      ...environment,
      ...(game.size === 'full' && scenario.fullEnvironment),
    },
    apiEnvironment: () =>
      scenario.apiFailpoints === undefined ? {} : { INTERMODAL_FAILPOINTS: scenario.apiFailpoints },
    workerEnvironment: (i) => ({
      ...(scenario.clocksOff && clockOff(i % 2 === 0 ? 600 : -600)),
      ...(scenario.workerFailpoints && { INTERMODAL_FAILPOINTS: scenario.workerFailpoints(i) }),
    }),
  });
  open.defer(() => stack.stop(true));
  await withDatabase(stack.databaseUrl, startAudit);
  const store = await openArtifactStore(
    s3 ? s3Storage(s3) : { kind: 'folder', folder: join(stack.folder, 'artifacts') },
  );
  open.defer(() => store.close());
  const round = new Round({
    ...{ stack, receiver, store, effectsFile, seed, slots },
    prediction: game.prediction,
    ...(proxy && { s3: proxy }),
    ...(network && { network }),
    ...(game.previous && { previous: game.previous }),
    mayDie: scenario.mayDie ?? false,
    excuseGivenUp: !scenario.noneGivenUp,
    onProgress: game.onProgress,
    signal: game.signal,
  });
  open.defer(() => round.close());
  await scenario.run(round, scenario[game.size]);
  return await round.finish(PATIENCE_MS[scenario.without ? 'ablation' : game.size]);
}

type S3Settings = Readonly<Record<string, string>>;

/** A bucket of its own for every scenario. */
const storageOf = (ceph: Ceph | undefined, name: string): S3Settings | undefined =>
  ceph && { ...ceph.environment, S3_BUCKET: `chaos-${name}` };

const s3Storage = (settings: S3Settings): ArtifactStorage => ({
  kind: 's3',
  endpoint: settings.S3_ENDPOINT!,
  region: settings.S3_REGION!,
  bucket: settings.S3_BUCKET!,
  accessKeyId: settings.S3_ACCESS_KEY_ID!,
  secretAccessKey: settings.S3_SECRET_ACCESS_KEY!,
  forcePathStyle: true,
});

async function withDatabase(url: string, work: (database: pg.Client) => Promise<void>): Promise<void> {
  const database = new pg.Client({ connectionString: url });
  await database.connect();
  try {
    await work(database);
  } finally {
    await database.end();
  }
}
