import type { Chosen } from '@intermodal/models';
import type { Tracing } from '@intermodal/telemetry';

type Method = (...given: unknown[]) => unknown;

/** Engines whose every call is a span: a model is asked, or a program run. The same engines where nothing is traced. */
export function tracedEngines(
  chosen: Readonly<Record<string, Chosen>>,
  needs: Readonly<Record<string, { readonly name: string }>>,
  tracing: Tracing,
): Record<string, unknown> {
  const entries = Object.entries(chosen);
  if (!tracing.isOn) return Object.fromEntries(entries.map(([name, { use }]) => [name, use]));
  return Object.fromEntries(
    entries.map(([name, one]) => [name, traced(one, needs[name]?.name ?? name, tracing)]),
  );
}

function traced({ use, engine, model, device }: Chosen, capability: string, tracing: Tracing): unknown {
  if (typeof use !== 'object' || use === null) return use;
  const attributes = {
    'intermodal.capability': capability,
    'intermodal.engine': engine,
    'intermodal.device': device,
    ...(model !== undefined && { 'intermodal.model': model }),
  };
  return new Proxy(use, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key, target);
      if (typeof member !== 'function' || typeof key !== 'string') return member;
      // Of the engine itself: a method that has private fields knows no proxy.
      const call = (...given: unknown[]): unknown => (member as Method).apply(target, given);
      return (...given: unknown[]): unknown =>
        tracing.span(`${capability}.${key}`, { kind: 'client', attributes }, () => call(...given));
    },
  });
}
