import { setTimeout as after } from 'node:timers/promises';
import { seededNumbers, type MemorySample } from '@intermodal/trial';
import type { Benchmark, BenchmarkContext } from '../benchmark.ts';
import { spreadOf, type Figure } from '../figure.ts';
import { Servers } from '../machine/servers.ts';
import { account, settled } from '../soak/account.ts';
import { busyMeter } from '../soak/busy.ts';
import { processFigures, serverFigures, type ServerSample } from '../soak/figures.ts';
import { Load } from '../soak/load.ts';
import { SLOTS, startSoakStack, type SoakStack } from '../soak/soak-stack.ts';
import { visit } from '../soak/visits.ts';

const MINUTE_MS = 60_000;
/** What part of what others leave of the machine the load is to take, all servers and the one who asks included. */
const BUSY = 0.4;
const TRIAL = { perSecond: 3, ms: 20_000 };
const PER_SECOND = { least: 2, most: 50 };
const SAID_MS = 30_000;
const PATIENCE_MS = 120_000;

/** Whether anything grows that should not, while people of all kinds come and go. */
export const soak: Benchmark = {
  name: 'soak',
  onlyByName: true,
  async run(context) {
    const { quick, minutes = quick ? 0.5 : 30, say } = context;
    const ms = minutes * MINUTE_MS;
    // So many that short runs have a verdict, too.
    const sampleMs = Math.min(5_000, Math.max(200, ms / 120));
    const started = await startSoakStack(context, sampleMs);
    const { stack, receiver } = started;
    using servers = new Servers(stack);
    const counts = new Map<string, number>();
    const load = new Load(visitsOf(started, counts));

    const perSecond = await rateOf(load, context);
    say(`${perSecond.toFixed(1)} visits a second for ${minutes} min; artifacts in ${started.store}`);
    const from = Date.now();
    const sizes: ServerSample[] = [];
    const done = new AbortController();
    const watching = watch(sizes, servers, sampleMs, done.signal);
    const telling = tell(started, load, { from, ms, say, sizes }, done.signal);
    try {
      await load.run(perSecond, ms, context.signal);
    } finally {
      done.abort();
      await Promise.all([watching, telling]);
    }
    const until = Date.now();
    const memory = started.memory();

    await load.finish();
    await settled(stack.database, PATIENCE_MS, context.signal);
    for (const [what, times] of load.faults) say(`  ${times} times: ${what}`);
    const came = await account(stack.database, {
      jobs: counts.get('jobs') ?? 0,
      perhaps: counts.get('hung up') ?? 0,
      told: new Set(receiver.received.map(({ messageId }) => messageId)).size,
    });
    const deaths = [...stack.trial.apis, ...stack.trial.workers].flatMap((one) => one.deaths);
    const complaints = [...came.complaints, ...deaths.map((how) => `a process ended meanwhile: ${how}`)];
    // Half an hour is not thrown away for one of them, but nobody overlooks it either.
    for (const complaint of complaints) say(`  ${complaint}`);
    if (complaints.length + load.faults.size > 0) process.exitCode = 1;
    return [
      ...[...memory].flatMap(([name, samples]) =>
        processFigures(
          name,
          samples.filter(({ at }) => at >= from && at <= until),
        ),
      ),
      ...serverFigures(sizes, came.jobs),
      {
        ...{ benchmark: 'soak', name: 'What ended otherwise than it should', unit: `of ${came.jobs} jobs` },
        ours: spreadOf([complaints.length]),
        ...(complaints.length > 0 && { details: { complaints: complaints.join('; ') } }),
      },
      whatHappened(load, counts, came, {
        minutes,
        perSecond,
        store: started.store,
        told: receiver.received.length,
      }),
    ];
  },
};

function visitsOf({ stack, receiver }: SoakStack, counts: Map<string, number>) {
  const random = seededNumbers('soak');
  const client = stack.trial.clients[0]!;
  const given = {
    client,
    url: stack.trial.urls[0]!,
    key: stack.trial.key,
    webhook: { url: receiver.url },
    random,
  };
  const count = (what: string, times = 1): void => void counts.set(what, (counts.get(what) ?? 0) + times);
  return (index: number): Promise<void> => visit({ ...given, index, count });
}

/** Tried on this machine, beside all else that it does. */
async function rateOf(load: Load, { quick, signal }: BenchmarkContext): Promise<number> {
  if (quick) return TRIAL.perSecond;
  const used = busyMeter();
  await load.run(TRIAL.perSecond, TRIAL.ms, signal);
  await load.finish();
  const { ours, others } = used();
  const wanted = (TRIAL.perSecond * BUSY * Math.max(0, 1 - others)) / ours;
  return Math.min(PER_SECOND.most, Math.max(PER_SECOND.least, wanted));
}

async function watch(
  into: ServerSample[],
  servers: Servers,
  everyMs: number,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    into.push({ at: Date.now(), ...(await servers.sizes()) });
    await after(everyMs, undefined, { signal }).catch(() => {});
  }
}

/** How far it is, for whoever watches. */
async function tell(
  { memory }: SoakStack,
  load: Load,
  { from, ms, say, sizes }: { from: number; ms: number; say: (text: string) => void; sizes: ServerSample[] },
  signal: AbortSignal,
): Promise<void> {
  const used = busyMeter();
  for (;;) {
    await after(SAID_MS, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    const held = [...memory()].map(([name, samples]) => `${name} ${shown(samples.at(-1)!)}`);
    const { redis, postgres } = sizes.at(-1)!;
    const { ours, others } = used();
    say(
      [
        `${((Date.now() - from) / MINUTE_MS).toFixed(1)} of ${ms / MINUTE_MS} min: ${load.begun} visits`,
        ...held,
        `Redis ${megabytes(redis)}, Postgres ${megabytes(postgres)} MB`,
        `${percent(ours)} busy with it, ${percent(others)} with other things, ${load.left} left out, ${load.faults.size} kinds of faults`,
      ].join(' | '),
    );
  }
}

const percent = (part: number): string => `${(part * 100).toFixed(0)} %`;

const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(1);

const shown = ({ rss, held, files, sockets }: MemorySample): string =>
  `${megabytes(held)} of ${megabytes(rss)} MB, ${files} files (${sockets} sockets)`;

function whatHappened(
  load: Load,
  counts: ReadonlyMap<string, number>,
  { jobs, tasks }: { jobs: number; tasks: number },
  run: { minutes: number; perSecond: number; store: string; told: number },
): Figure {
  return {
    benchmark: 'soak',
    name: 'Visits that were answered otherwise than they should be',
    unit: `of ${load.begun}`,
    ours: spreadOf([[...load.faults.values()].reduce((total, times) => total + times, 0)]),
    details: {
      minutes: run.minutes,
      'slots of each of two workers': SLOTS,
      'visits a second': Number(run.perSecond.toFixed(1)),
      'not begun, as too many were under way': load.left,
      ...{ jobs, tasks, 'artifacts in': run.store, 'messages to webhooks': run.told },
      'bad requests, all refused': counts.get('bad requests') ?? 0,
    },
  };
}
