import { IntermodalError } from '@intermodal/contracts';
import type { ClaimedTask, Metrics, Reading, TaskRecords, WebhookRecords } from '@intermodal/pipeline';
import { describe, expect, it } from 'vitest';
import type { TaskControl } from '../run-task.ts';
import { countedEngines } from './counted-engines.ts';
import { countHostEvent } from './counted-hosts.ts';
import { countedRecords, countedWebhooks } from './counted-records.ts';
import { measuredRun } from './measured-run.ts';

/** Notes what is counted: `name labels` -> by how much. */
function noted() {
  const counts = new Map<string, number>();
  const reads: (() => readonly Reading[] | Promise<readonly Reading[]>)[] = [];
  const add = (name: string, labels: object, by: number): void => {
    const key = [name.replace('intermodal_', ''), ...Object.values(labels)].join(' ');
    counts.set(key, (counts.get(key) ?? 0) + by);
  };
  const metrics: Metrics = {
    count: (name, labels, by = 1) => add(name, labels, by),
    // How long things take is not for a test.
    observe: (name, labels, value) => add(name, labels, name.endsWith('_seconds') ? 1 : value),
    readings: (_source, _names, read) => void reads.push(read),
  };
  return { metrics, told: () => Object.fromEntries(counts), read: () => reads[0]!() };
}

const task = { stage: 'text.shout@1' } as ClaimedTask;
const control = (signal = new AbortController().signal) => ({ signal }) as TaskControl;

describe('attempts', () => {
  it('are counted by what comes of them, and are no longer running then', async () => {
    const { metrics, told } = noted();
    const reject = (error: unknown) => () => Promise.reject(error as Error);
    const runOf = (run: () => Promise<unknown>) => measuredRun(run as never, metrics);
    await runOf(async () => ({ output: {}, artifacts: [] }))(task, control());
    const failed = new IntermodalError('media.unreadable', 'No.');
    await expect(runOf(reject(failed))(task, control())).rejects.toBe(failed);
    await expect(runOf(reject(new TypeError('x')))(task, control())).rejects.toThrow('x');
    for (const reason of ['timeout', 'lost', 'drain'])
      await expect(runOf(reject(reason))(task, control(AbortSignal.abort(reason)))).rejects.toBe(reason);
    expect(told()).toEqual({
      'task_attempts_total text.shout@1 completed ': 1,
      'task_attempts_total text.shout@1 failed media.unreadable': 1,
      'task_attempts_total text.shout@1 failed internal.bug': 1,
      'task_attempts_total text.shout@1 failed stage.timeout': 1,
      'task_attempts_total text.shout@1 lost ': 1,
      'task_attempts_total text.shout@1 released ': 1,
      'task_seconds text.shout@1 completed': 1,
      'task_seconds text.shout@1 failed': 3,
      'task_seconds text.shout@1 lost': 1,
      'task_seconds text.shout@1 released': 1,
    });

    const running = noted();
    const gate = Promise.withResolvers<never>();
    const open = measuredRun((() => gate.promise) as never, running.metrics)(task, control());
    expect(await running.read()).toEqual([['intermodal_tasks_running', { stage: 'text.shout@1' }, 1]]);
    gate.reject(failed);
    await expect(open).rejects.toBe(failed);
    expect(await running.read()).toEqual([['intermodal_tasks_running', { stage: 'text.shout@1' }, 0]]);
  });
});

describe('calls of engines', () => {
  it('are counted by what answers and by what comes of them, and are no longer under way then', async () => {
    const { metrics, told, read } = noted();
    /** With a private field, as engines have. */
    class Toy {
      readonly #sign = '!';
      readonly languages = ['es'];
      known = (language: string): boolean => this.languages.includes(language);
      async translate(texts: readonly string[], { fails }: { fails?: Error; signal: AbortSignal }) {
        if (fails) throw fails;
        return texts.map((text) => text + this.#sign);
      }
    }
    const use = new Toy();
    const resolve = countedEngines(
      async () => ({ it: { use, engine: 'remote', device: 'remote' as const } }),
      metrics,
    );
    const engine = async () =>
      (await resolve({ it: { name: 'Translator' } })).it as { use: Toy; engine: string };
    const { use: toy, engine: name } = await engine();
    const { signal } = new AbortController();
    const pending = toy.translate(['a'], { signal });
    const of = { capability: 'Translator', engine: 'remote' };
    expect(await read()).toEqual([['intermodal_engine_calls_under_way', of, 1]]);
    expect([await pending, name]).toEqual([['a!'], 'remote']);
    const broken = new Error('away');
    await expect(toy.translate([], { fails: broken, signal })).rejects.toBe(broken);
    // Asked for again, it is counted once.
    const aborted = (await engine()).use.translate([], { fails: broken, signal: AbortSignal.abort() });
    await expect(aborted).rejects.toBe(broken);
    // What answers at once asks nobody.
    expect([toy.known('es'), toy.languages]).toEqual([true, ['es']]);
    expect(told()).toEqual({
      'engine_call_seconds Translator remote translate done': 1,
      'engine_call_seconds Translator remote translate failed': 1,
      'engine_call_seconds Translator remote translate aborted': 1,
    });
    expect(await read()).toEqual([['intermodal_engine_calls_under_way', of, 0]]);
  });
});

describe('calls to the records', () => {
  it('are counted with what they brought, and a failure as one', async () => {
    const { metrics, told } = noted();
    const records = countedRecords(
      {
        claim: async () => ({ tasks: [task, task], waiting: [] }),
        admit: async () => ({ claimed: [], deliveries: [], more: false }),
        settle: async () => ({ fenced: ['x'], claimed: [task], waiting: [], changedJobs: [] }),
        heartbeat: () => Promise.reject(new Error('away')),
        sweep: async () => ({ expired: 2, unclaimed: 3, waiting: [], changedJobs: [] }),
      } as unknown as TaskRecords,
      metrics,
    );
    await records.claim([], 'w');
    await records.admit('s');
    await records.settle([{} as never, {} as never]);
    await expect(records.heartbeat({} as never, [])).rejects.toThrow('away');
    await records.sweep();
    expect(told()).toEqual({
      'record_calls_total claim done': 1,
      'record_calls_total admit done': 1,
      'record_calls_total settle done': 1,
      'record_calls_total heartbeat failed': 1,
      'record_calls_total sweep done': 1,
      'claimed_tasks claim': 2,
      'claimed_tasks settle': 1,
      settled_tasks: 2,
      settlements_fenced_total: 1,
      leases_expired_total: 2,
      tasks_sent_again_total: 3,
    });
  });

  it('tell what came of attempts to tell webhooks', async () => {
    const { metrics, told } = noted();
    const records = countedWebhooks({ settle: async () => {} } as unknown as WebhookRecords, metrics);
    const settle = (verdict: string, status: number | null) =>
      records.settle({ verdict, status, durationMs: 5 } as never, {} as never);
    await settle('delivered', 204);
    await settle('again', 503);
    await settle('again', null);
    expect(told()).toEqual({
      'webhook_attempts_total delivered 2xx': 1,
      'webhook_attempts_total again 5xx': 1,
      'webhook_attempts_total again none': 1,
      webhook_attempt_seconds: 3,
    });
  });
});

it('processes of models are counted when they are loaded and when they end', () => {
  const { metrics, told } = noted();
  const about = { model: 'opus', device: 'cpu', pid: 1 } as const;
  countHostEvent(metrics, { ...about, kind: 'loading' });
  countHostEvent(metrics, { ...about, kind: 'loaded', bytes: 5, tookMs: 3 });
  countHostEvent(metrics, { ...about, kind: 'ended', why: 'evicted' });
  expect(told()).toEqual({
    'model_loads_total opus cpu': 1,
    'model_load_seconds opus cpu': 1,
    'model_ends_total opus cpu evicted': 1,
  });
});
