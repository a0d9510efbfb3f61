import type { Chosen } from '@intermodal/models';
import type { Tracing } from '@intermodal/telemetry';
import { aroundCalls } from './around-calls.ts';

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
  const attributes = {
    'intermodal.capability': capability,
    'intermodal.engine': engine,
    'intermodal.device': device,
    ...(model !== undefined && { 'intermodal.model': model }),
  };
  return aroundCalls(use, (method, _given, call) =>
    tracing.span(`${capability}.${method}`, { kind: 'client', attributes }, call),
  );
}
