import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { showId, toIntermodalError, type Fault } from '@intermodal/contracts';
import type { ArtifactStore, Ingestion, IngestionRecords, Stretch } from '@intermodal/pipeline';
import type { Logger } from 'pino';
import { Readable } from 'node:stream';
import { Dispatch } from '../jobs/dispatch.ts';
import { INGESTIONS, LOG, STORE } from '../parts.ts';
import { BatchRowCheck } from './batch-row-check.ts';
import { linesOf, readLine, type FileLine, type RawRow } from './json-lines.ts';

/** What is written in one transaction, at most: so much is in memory, and so much is read again after a crash. */
const STRETCH_ROWS = 500;
const STRETCH_BYTES = 4_000_000;
/** How long one file is read while others wait. */
const TURN_MS = 3_000;
/** Between two looks for files that another process has left. */
const POLL_MS = 2_000;
/** After a store was away, or while the tenant has too many open jobs. */
const PAUSE_MS = 5_000;
/** Whoever read it died so often without getting on: the file is taken for what kills them. */
const TRIES_MAX = 5;

/**
 * Reads the files of batches into the records, stretch by stretch. Leaderless: every API process does so, one file at a time, and takes
 * up what another one left when it died.
 */
@Injectable()
export class Ingester implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #records: IngestionRecords;
  readonly #store: ArtifactStore;
  readonly #rows: BatchRowCheck;
  readonly #dispatch: Dispatch;
  readonly #log: Logger;
  readonly #stop = new AbortController();
  #woken = Promise.withResolvers<void>();
  #ended: Promise<void> = Promise.resolve();

  constructor(
    @Inject(INGESTIONS) records: IngestionRecords,
    @Inject(STORE) store: ArtifactStore,
    @Inject(BatchRowCheck) rows: BatchRowCheck,
    @Inject(Dispatch) dispatch: Dispatch,
    @Inject(LOG) log: Logger,
  ) {
    this.#records = records;
    this.#store = store;
    this.#rows = rows;
    this.#dispatch = dispatch;
    this.#log = log;
  }

  onApplicationBootstrap(): void {
    this.#ended = this.#run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#stop.abort(new Error('The API is ending.'));
    this.wake();
    await this.#ended;
  }

  /** There may be a file to read. */
  wake(): void {
    this.#woken.resolve();
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      this.#woken = Promise.withResolvers();
      const taken = await this.#take();
      if (taken) await this.#turn(taken);
      else await this.#rest();
    }
  }

  async #take(): Promise<Ingestion | undefined> {
    try {
      return await this.#records.take();
    } catch (error) {
      this.#log.warn({ err: error }, 'files of batches could not be looked for');
      return undefined;
    }
  }

  async #rest(): Promise<void> {
    const timer = setTimeout(() => this.wake(), POLL_MS * (0.5 + Math.random()));
    await this.#woken.promise;
    clearTimeout(timer);
  }

  async #turn(taken: Ingestion): Promise<void> {
    const batch = showId('batch', taken.batchId);
    const lost = new AbortController();
    const beat = setInterval(() => {
      this.#records.hold(taken).then(
        (held) => held || lost.abort(new Error('The file is read by another process, or no longer wanted.')),
        (error: unknown) => this.#log.warn({ err: error, batch }, 'the file of a batch could not be held'),
      );
    }, this.#records.leaseMs / 3);
    try {
      if (taken.tries > TRIES_MAX) await this.#records.fail(taken, killer(taken));
      else await this.#read(taken, AbortSignal.any([lost.signal, this.#stop.signal]));
    } catch (error) {
      if (!lost.signal.aborted) await this.#giveUp(taken, error);
    } finally {
      clearInterval(beat);
    }
  }

  async #read(taken: Ingestion, signal: AbortSignal): Promise<void> {
    const turnEndsMs = performance.now() + TURN_MS;
    const claimed = await this.#records.customIds(taken.batchId);
    let [rows, bytes, last]: [RawRow[], number, FileLine | undefined] = [[], 0, undefined];
    // The stretch before is written while this one is read and checked.
    let before = Promise.resolve(true);
    const write = async (isEnd: boolean): Promise<boolean> => {
      const { tenantId, plan, params } = taken;
      const upTo = {
        nextByte: isEnd ? taken.bytes : last!.nextByte,
        line: last?.line ?? taken.line,
        last: isEnd,
      };
      const checked = this.#rows.check(tenantId, plan, params, rows, claimed, signal);
      [rows, bytes] = [[], 0];
      const [stretch, isHeld] = await bothEnd(checked, before);
      if (isHeld) before = this.#add(taken, { rows: stretch, ...upTo });
      // Whoever comes next looks at what became of it.
      before.catch(() => {});
      return isHeld;
    };
    const from = { line: taken.line, byte: taken.nextByte };
    try {
      for await (const line of linesOf(await this.#open(taken, signal), from)) {
        signal.throwIfAborted();
        rows.push(readLine(line));
        bytes += line.content?.length ?? 0;
        last = line;
        if (rows.length < STRETCH_ROWS && bytes < STRETCH_BYTES) continue;
        if (!(await write(false))) return;
        if (performance.now() < turnEndsMs) continue;
        if (await before) await this.#records.leave(taken, 0);
        return;
      }
      if (await write(true)) await before;
    } finally {
      await Promise.allSettled([before]);
    }
  }

  /** False: it is not ours any more. */
  async #add(taken: Ingestion, stretch: Stretch): Promise<boolean> {
    const waiting = await this.#records.add(taken, stretch);
    if (waiting) this.#dispatch.send(waiting);
    return waiting !== undefined;
  }

  async #open({ artifactId, nextByte, bytes }: Ingestion, signal: AbortSignal): Promise<Readable> {
    if (nextByte === bytes) return Readable.from([]);
    const range = { first: nextByte, last: bytes - 1 };
    return (await this.#store.open(artifactId, { range, signal })).body;
  }

  /** A fault of ours passes; anything else would come again. */
  async #giveUp(taken: Ingestion, thrown: unknown): Promise<void> {
    const error = toIntermodalError(thrown);
    const batch = showId('batch', taken.batchId);
    const passes = error.kind === 'operational' || error.code === 'quota.open_jobs';
    try {
      if (this.#stop.signal.aborted) await this.#records.leave(taken, 0);
      else if (passes) {
        this.#log.warn({ err: error, batch }, 'the file of a batch is read on later');
        await this.#records.leave(taken, PAUSE_MS);
      } else {
        this.#log.error({ err: error.cause ?? error, batch }, 'the file of a batch could not be read');
        await this.#records.fail(taken, faultOf(error, taken));
      }
    } catch (failure) {
      // The lease ends, and somebody goes on.
      this.#log.warn({ err: failure, batch }, 'the file of a batch could not be given back');
    }
  }
}

/** Of two things under way, when neither is any more. */
async function bothEnd<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([a, b]);
  return [await a, await b];
}

const killer = ({ line }: Ingestion): Fault => ({
  code: 'stage.crashed',
  message: `The file could not be read beyond line ${line}: whoever read it ended ${TRIES_MAX} times. Look at the lines that follow.`,
});

function faultOf(error: ReturnType<typeof toIntermodalError>, { line }: Ingestion): Fault {
  const message =
    error.kind === 'bug' ? `The server's log has it, under this batch, after line ${line}.` : error.message;
  return { code: error.kind === 'bug' ? 'internal.bug' : error.code, message };
}
