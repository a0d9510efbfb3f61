import type { Chosen } from '@intermodal/models';
import type { Metrics, Stage } from '@intermodal/pipeline';
import { aroundCalls } from '../around-calls.ts';

type Resolve = (needs: Stage['needs']) => Promise<Record<string, Chosen>>;

/** The same engines; their calls are timed, be it a program, a server or a model that answers. */
export function countedEngines(resolve: Resolve, metrics: Metrics): Resolve {
  const underWay = new Map<string, { readonly of: { capability: string; engine: string }; calls: number }>();
  metrics.readings('tasks', ['intermodal_engine_calls_under_way'], () =>
    [...underWay.values()].map(({ of, calls }) => ['intermodal_engine_calls_under_way', of, calls]),
  );
  const counted = new WeakMap<object, unknown>();

  function countedOne({ use, engine }: Chosen, capability: string): unknown {
    if (typeof use !== 'object' || use === null) return use;
    const known = counted.get(use);
    if (known) return known;
    const of = { capability, engine };
    const key = `${capability} ${engine}`;
    const seen = underWay.get(key) ?? { of, calls: 0 };
    underWay.set(key, seen);
    const made = aroundCalls(use, (call, given, make) => {
      const begun = performance.now();
      const answer = make();
      // What answers at once asks nobody.
      if (!(answer instanceof Promise)) return answer;
      const ended = (outcome: 'done' | 'failed' | 'aborted'): void => {
        seen.calls -= 1;
        const seconds = (performance.now() - begun) / 1_000;
        metrics.observe('intermodal_engine_call_seconds', { ...of, call, outcome }, seconds);
      };
      seen.calls += 1;
      return answer.then(
        (value: unknown) => {
          ended('done');
          return value;
        },
        (error: unknown) => {
          ended(signalOf(given)?.aborted ? 'aborted' : 'failed');
          throw error;
        },
      );
    });
    counted.set(use, made);
    return made;
  }

  return async (needs) => {
    const chosen = await resolve(needs);
    return Object.fromEntries(
      Object.entries(chosen).map(([name, one]) => [
        name,
        { ...one, use: countedOne(one, needs[name]?.name ?? name) },
      ]),
    );
  };
}

/** Of the options, which stand last. */
function signalOf(given: readonly unknown[]): AbortSignal | undefined {
  const { signal } = (given.at(-1) ?? {}) as { signal?: unknown };
  return signal instanceof AbortSignal ? signal : undefined;
}
