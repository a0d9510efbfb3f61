import type { z } from 'zod';
import { aboutOf } from './setting.ts';

export type Environment = Readonly<Record<string, string | undefined>>;
type Values<Shape extends z.ZodRawShape> = { -readonly [K in keyof Shape]: z.output<Shape[K]> };

/** The settings of one process, and what is made of them together. */
export interface ConfigSchema<Shape extends z.ZodRawShape, Config> {
  /** As people call the process, e.g. `API`. */
  readonly process: string;
  readonly settings: Shape;
  /** Checks settings against each other. A setting that had a fault of its own is undefined here. */
  finish(values: Values<Shape>, fault: (variables: string, sentence: string) => void): Config;
}

export const defineConfig = <Shape extends z.ZodRawShape, Config>(
  schema: ConfigSchema<Shape, Config>,
): ConfigSchema<Shape, Config> => schema;

export type ConfigOf<Schema> = Schema extends ConfigSchema<infer _Shape, infer Config> ? Config : never;

/** Every fault of a start at once, of settings and of what they lead to, so that nobody mends them one start at a time. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];

  constructor(process: string, faults: readonly string[]) {
    const count = faults.length === 1 ? 'a fault' : `${faults.length} faults`;
    super(`The ${process} cannot start, for ${count}:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

/**
 * Reads a process's settings from the environment, once.
 * @param readFile how to read the file that `NAME_FILE` names; given by `main`, because this library does no I/O
 * @throws ConfigError with every fault
 */
export function readConfig<Shape extends z.ZodRawShape, Config>(
  schema: ConfigSchema<Shape, Config>,
  environment: Environment,
  readFile?: (path: string) => string,
): Config {
  const { config, faults } = lookAtConfig(schema, environment, readFile);
  if (faults.length > 0) throw new ConfigError(schema.process, faults);
  return config;
}

/** As `readConfig`, for who looks for other faults, too. Where there are faults, a setting may be undefined that has one. */
export function lookAtConfig<Shape extends z.ZodRawShape, Config>(
  schema: ConfigSchema<Shape, Config>,
  environment: Environment,
  readFile?: (path: string) => string,
): { readonly config: Config; readonly faults: readonly string[] } {
  const faults: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(schema.settings) as [string, z.ZodType][]) {
    const about = aboutOf(field);
    const given = lookUp(about.variable, about.secret ?? false, environment, readFile);
    if ('fault' in given) {
      faults.push(given.fault);
      continue;
    }
    const parsed = field.safeParse(given.value);
    if (parsed.success) values[key] = parsed.data;
    else if (given.value === undefined)
      faults.push(`${about.variable} is not set. ${about.description} For example: ${about.example}`);
    else {
      const shown = about.secret ? 'has a value that cannot be used' : `is '${given.value}'`;
      const why = parsed.error.issues[0]?.message ?? 'not valid';
      faults.push(`${about.variable} ${shown}: ${why}. ${about.description} For example: ${about.example}`);
    }
  }
  const config = schema.finish(values as Values<Shape>, (variables, sentence) =>
    faults.push(`${variables} ${sentence}`),
  );
  return { config, faults };
}

type Given = { readonly value: string | undefined } | { readonly fault: string };

/** An empty variable counts as not set: that is how compose files and charts leave one out. */
function lookUp(
  variable: string,
  secret: boolean,
  environment: Environment,
  readFile: ((path: string) => string) | undefined,
): Given {
  const value = environment[variable] || undefined;
  const path = secret ? environment[`${variable}_FILE`] || undefined : undefined;
  if (path === undefined) return { value };
  if (value !== undefined)
    return { fault: `${variable} and ${variable}_FILE are both set. Keep one of them.` };
  if (!readFile)
    return { fault: `${variable}_FILE is set, but this program does not read files of secrets.` };
  try {
    const content = readFile(path).trim();
    if (content !== '') return { value: content };
    return { fault: `${variable}_FILE names '${path}', which is empty. Write the secret into it.` };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { fault: `${variable}_FILE names '${path}', which cannot be read (${why}).` };
  }
}
