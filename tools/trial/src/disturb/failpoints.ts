import { setTimeout as after } from 'node:timers/promises';
import { IntermodalError } from '@intermodal/contracts';

/** What a process does in one call to the outside, after which others see something else than before. */
export const STEPS = [
  'submit',
  'cancel',
  'enqueue',
  'admit',
  'claim',
  'heartbeat',
  'output',
  'complete',
  'fail',
  'release',
  'sweep',
  'webhook-claim',
  'webhook-send',
  'webhook-settle',
] as const;
export type Step = (typeof STEPS)[number];
export type Failpoint = `${Step}.${'before' | 'after'}`;

/** At a passage, counted from 1 in each process: end the process, fail as an outage would, or wait. */
interface Armed {
  readonly passage: number;
  readonly act: 'kill' | 'throw' | { readonly delayMs: number };
}

const FORM = /^([a-z-]+)\.(before|after):([1-9]\d*)(?::(kill|throw|delay=(\d+)))?$/;

/**
 * Points around every step, at which a process can be made to die. They lie around the calls of the ports, in the
 * programs of the trial: the engine itself knows nothing of them.
 */
export class Failpoints {
  readonly #armed: ReadonlyMap<Failpoint, Armed>;
  readonly #passed = new Map<Failpoint, number>();
  readonly #onHit: (point: Failpoint) => void;

  /**
   * @param text `complete.after:3,claim.before:1:throw,output.before:2:delay=500`; nothing when undefined
   * @param onHit called before it acts; must be done when it returns
   */
  constructor(text: string | undefined, onHit: (point: Failpoint) => void) {
    this.#armed = new Map((text ?? '').split(',').filter(Boolean).map(parse));
    this.#onHit = onHit;
  }

  async around<Result>(steps: readonly Step[], work: () => Promise<Result>): Promise<Result> {
    for (const step of steps) await this.#pass(`${step}.before`);
    const result = await work();
    for (const step of steps) await this.#pass(`${step}.after`);
    return result;
  }

  async #pass(point: Failpoint): Promise<void> {
    const armed = this.#armed.get(point);
    if (!armed) return;
    const passed = (this.#passed.get(point) ?? 0) + 1;
    this.#passed.set(point, passed);
    if (passed !== armed.passage) return;
    this.#onHit(point);
    if (armed.act === 'kill') {
      process.kill(process.pid, 'SIGKILL');
      await new Promise(() => {});
    } else if (armed.act === 'throw') {
      throw new IntermodalError('store.unavailable', `The failpoint ${point} says that nothing answered.`);
    } else {
      await after(armed.act.delayMs);
    }
  }
}

function parse(text: string): [Failpoint, Armed] {
  const [, step, side, passage, act = 'kill', delayMs] = FORM.exec(text) ?? [];
  if (!STEPS.some((one) => one === step))
    throw new Error(
      `'${text}' is no failpoint: expected STEP.before or STEP.after, :PASSAGE, and what to do.`,
    );
  return [
    `${step}.${side}` as Failpoint,
    {
      passage: Number(passage),
      act: act === 'kill' || act === 'throw' ? act : { delayMs: Number(delayMs) },
    },
  ];
}
