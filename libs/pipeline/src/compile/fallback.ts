import { stageKey, type Stage } from '../stage.ts';
import type { FaultList } from './fault-list.ts';
import { listNames, mediaOf, mismatch, propertiesOf, typeOfLiteral } from './json-type.ts';
import { readString } from './read-string.ts';
import { outputTypeOf } from './stage-types.ts';

interface Declared {
  readonly onError?: 'fail' | 'skip' | 'default' | undefined;
  readonly default?: unknown;
}

/** What a stage gives when it failed under `onError: default`: every output port, null where left out. Else null. */
export function stageFallback(node: Declared, stage: Stage, path: string, faults: FaultList): unknown {
  if (!fits(node, path, faults)) return null;
  const given = (node.default ?? {}) as Record<string, unknown>;
  const ports = propertiesOf(outputTypeOf(stage)) ?? {};
  const shape = stage.output.shape as Record<string, { safeParse(value: unknown): { success: boolean } }>;
  const fallback: Record<string, unknown> = Object.fromEntries(
    Object.keys(shape).map((port) => [port, null]),
  );
  for (const [port, written] of Object.entries(given)) {
    const at = `${path}.default.${port}`;
    if (!Object.hasOwn(shape, port)) {
      faults.add(at, `${stageKey(stage)} has no output '${port}'; it has ${listNames(shape)}`);
      continue;
    }
    const value = literalOf(written, at, faults);
    fallback[port] = value;
    if (value === null) continue;
    const wrong = mismatch(ports[port], typeOfLiteral(value));
    if (mediaOf(ports[port]) !== undefined)
      faults.add(at, 'a file cannot have a default; leave it out, it is null then');
    else if (wrong) faults.add(at, `${wrong} (output '${port}' of ${stageKey(stage)})`);
    else if (!shape[port]!.safeParse(value).success)
      faults.add(at, `${stageKey(stage)} never gives ${JSON.stringify(value)} as '${port}'`);
  }
  return fallback;
}

/** What stands in place of the list of an each that failed under `onError: default`. Else null. */
export const eachFallback = (node: Declared, path: string, faults: FaultList): unknown =>
  fits(node, path, faults) ? literalOf(node.default, `${path}.default`, faults) : null;

function fits(node: Declared, path: string, faults: FaultList): boolean {
  const wanted = node.onError === 'default';
  const given = node.default !== undefined;
  if (wanted && !given)
    faults.add(`${path}.default`, "'onError: default' needs a 'default': what to go on with");
  if (given && !wanted) faults.add(`${path}.default`, "a 'default' is used under 'onError: default' only");
  return wanted && given;
}

/** A default is there before anything ran, so it cannot refer to anything. */
function literalOf(value: unknown, path: string, faults: FaultList): unknown {
  if (typeof value === 'string') {
    const read = readString(value);
    if (read && 'literal' in read) return read.literal;
    faults.add(
      path,
      `a default is a literal, '${value}' cannot be one; write $$ for a text that begins with $`,
    );
    return null;
  }
  if (Array.isArray(value)) return value.map((item, i) => literalOf(item, `${path}[${i}]`, faults));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, literalOf(inner, `${path}.${key}`, faults)]),
  );
}
