import type { ClaimedTask, TaskQueue, ToldPiece } from '@intermodal/pipeline';
import type { Logger } from 'pino';

/** What is told within so long travels together. */
const EVERY_MS = 30;
/** A piece of output that is larger goes with the output only. */
const PIECE_MAX_BYTES = 64 * 1024;
/** What waits to be sent, of all tasks of this process; what comes beyond it is dropped. */
const WAITING_MAX_BYTES = 4 * 1024 * 1024;

/** What one task tells. None of it throws, and nobody waits for it. */
export interface Telling {
  progress(fraction: number): void;
  partial(value: Readonly<Record<string, unknown>>): void;
  /** Sends what waits now: before the settlement is told of, say. */
  flush(): void;
}

type Partial = Extract<ToldPiece['message'], { partial: unknown }>;

/**
 * Passes on what running tasks tell to those who watch: in bunches, limited in size and rate. Best effort: where pieces are lost the
 * numbers of the next ones show it.
 */
export class Tellings {
  readonly #queue: Pick<TaskQueue, 'tell'>;
  readonly #log: Logger;
  #waiting: ToldPiece[] = [];
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;

  constructor(queue: Pick<TaskQueue, 'tell'>, log: Logger) {
    this.#queue = queue;
    this.#log = log;
  }

  of({ jobId, path, attempt }: Pick<ClaimedTask, 'jobId' | 'path' | 'attempt'>): Telling {
    const from = { v: 1, path, attempt } as const;
    let index = 0;
    // The newest of each kind, and the bunch that they wait in.
    let last: { readonly message: Partial; readonly bunch: ToldPiece[]; bytes: number } | undefined;
    let shown: { readonly message: { progress: number }; readonly bunch: ToldPiece[] } | undefined;
    return {
      progress: (fraction) => {
        const progress = Math.min(1, Math.max(0, fraction));
        if (!Number.isFinite(progress)) return;
        // Only the newest of a bunch is of interest.
        if (shown?.bunch === this.#waiting) {
          shown.message.progress = progress;
          return;
        }
        const message = { ...from, progress };
        if (this.#add({ jobId, message }, 100)) shown = { message, bunch: this.#waiting };
      },
      partial: (value) => {
        const bytes = Buffer.byteLength(JSON.stringify(value) ?? '');
        // Texts that go on what was told before are one piece while they wait.
        const joined = textsOf(last?.message.partial, value);
        if (last && joined && last.bytes + bytes <= PIECE_MAX_BYTES && last.bunch === this.#waiting) {
          last.message.partial = joined;
          last.bytes += bytes;
          this.#waitingBytes += bytes;
          return;
        }
        const message = { ...from, index: index++, partial: { ...value } };
        const isWaiting = bytes <= PIECE_MAX_BYTES && this.#add({ jobId, message }, bytes);
        last = isWaiting ? { message, bunch: this.#waiting, bytes } : undefined;
      },
      flush: () => this.#flush(),
    };
  }

  /** Sends what is left. */
  async close(): Promise<void> {
    this.#flush();
    await this.#sending;
  }

  #add(piece: ToldPiece, bytes: number): boolean {
    if (this.#waitingBytes + bytes > WAITING_MAX_BYTES) return false;
    this.#waiting.push(piece);
    this.#waitingBytes += bytes;
    this.#timer ??= setTimeout(() => this.#flush(), EVERY_MS);
    return true;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // One bunch at a time, so that they arrive in their order; what comes meanwhile is the next.
    if (this.#sending || this.#waiting.length === 0) return;
    const pieces = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#sending = this.#queue
      .tell(pieces)
      .catch((error: unknown) => this.#log.debug({ err: error }, 'what tasks told was lost'))
      .finally(() => {
        this.#sending = undefined;
        if (this.#waiting.length > 0) this.#timer ??= setTimeout(() => this.#flush(), EVERY_MS);
      });
  }
}

/** `{text}` and `{text}`, as one. */
function textsOf(
  before: Readonly<Record<string, unknown>> | undefined,
  value: Readonly<Record<string, unknown>>,
): { text: string } | undefined {
  const isText = (one: Readonly<Record<string, unknown>>): one is { text: string } =>
    typeof one['text'] === 'string' && Object.keys(one).length === 1;
  return before && isText(before) && isText(value) ? { text: before.text + value.text } : undefined;
}
