import type { PipelineDocument, PipelineUse } from '@intermodal/contracts';
import { compileSchema, sentenceOf } from '../json-schema.ts';
import type { FaultList } from './fault-list.ts';
import {
  describeType,
  fileType,
  listNames,
  mismatch,
  objectOf,
  propertiesOf,
  type JsonType,
} from './json-type.ts';
import { literal, type Typed } from './typed.ts';

/** The types of a document's input ports. */
export const inputTypes = (document: PipelineDocument): Record<string, JsonType> =>
  Object.fromEntries(
    Object.entries(document.input).map(([port, declared]) => [
      port,
      typeof declared['media'] === 'string' ? fileType(declared['media']) : declared,
    ]),
  );

export interface Seam {
  readonly use: PipelineUse;
  readonly document: PipelineDocument;
  /** Where the use stands in the document around it. */
  readonly path: string;
  readonly faults: FaultList;
  /** Makes an expression of what stands in the document around it. */
  read(value: unknown, path: string): Typed;
}

/** What `$input` is inside a pipeline that was put in. Its types are the declared ones: that is what it was checked with. */
export function boundInput(seam: Seam): Typed {
  const ports = inputTypes(seam.document);
  const given = bind(seam, 'in', 'input', ports, false);
  for (const [port, declared] of Object.entries(seam.document.input)) {
    if (given.has(port)) continue;
    const preset = (declared as { default?: unknown }).default;
    if (preset === undefined && declared['optional'] !== true)
      seam.faults.add(
        `${seam.path}.in`,
        `${seam.use.pipeline} needs an input '${port}': ${describeType(ports[port])}`,
      );
    given.set(port, literal(preset ?? null));
  }
  return objectTyped(given, ports);
}

/** What `$params` is inside. */
export function boundParams(seam: Seam): Typed {
  const schema = (seam.document.params ?? {}) as { required?: unknown; additionalProperties?: unknown };
  const types = propertiesOf(schema as JsonType) ?? {};
  const open = (schema.additionalProperties ?? false) !== false;
  const given = bind(seam, 'params', 'param', types, open);
  const required = Array.isArray(schema.required) ? (schema.required as string[]) : [];
  for (const name of new Set([...Object.keys(types), ...required])) {
    if (given.has(name)) continue;
    const preset = types[name]?.['default'];
    if (preset === undefined && required.includes(name))
      seam.faults.add(
        `${seam.path}.params`,
        `${seam.use.pipeline} needs a param '${name}': ${describeType(types[name])}`,
      );
    given.set(name, literal(preset ?? null));
  }
  return objectTyped(given, types);
}

/** @param open whether names that are not declared are welcome */
function bind(
  { use, path, faults, read }: Seam,
  field: 'in' | 'params',
  what: string,
  types: Readonly<Record<string, JsonType>>,
  open: boolean,
): Map<string, Typed> {
  const given = new Map<string, Typed>();
  for (const [name, value] of Object.entries(use[field])) {
    const at = `${path}.${field}.${name}`;
    const typed = read(value, at);
    if (!Object.hasOwn(types, name) && !open) {
      faults.add(at, `${use.pipeline} has no ${what} '${name}'; it has ${listNames(types)}`);
      continue;
    }
    given.set(name, typed);
    const wrong = mismatch(types[name], typed.type) ?? refused(types[name], typed, name);
    if (wrong) faults.add(at, `${wrong} (${what} '${name}' of ${use.pipeline})`);
  }
  return given;
}

/** What is written down can be looked at now, by the whole schema. */
function refused(type: JsonType, { expression }: Typed, name: string): string | undefined {
  if (type === undefined || !('lit' in expression) || expression.lit === null) return undefined;
  const validate = compileSchema(type, name);
  return validate(structuredClone(expression.lit)) ? undefined : sentenceOf(validate.errors![0]!, name);
}

const objectTyped = (
  given: ReadonlyMap<string, Typed>,
  types: Readonly<Record<string, JsonType>>,
): Typed => ({
  expression: { object: Object.fromEntries([...given].map(([name, { expression }]) => [name, expression])) },
  type: objectOf(types),
});
