import { z } from 'zod';

/** What people must know of a setting. It becomes a fault's cure, and a row of `docs/reference/settings.md`. */
export interface SettingAbout {
  readonly variable: string;
  readonly description: string;
  readonly example: string;
  /** Never shown in a message; may be given by the file that `<variable>_FILE` names. */
  readonly secret?: boolean;
}

/** Gives a schema of one environment variable its name and description. */
export const setting = <Schema extends z.ZodType>(about: SettingAbout, schema: Schema): Schema =>
  schema.meta({ ...about }) as Schema;

export const aboutOf = (schema: z.ZodType): SettingAbout => schema.meta() as unknown as SettingAbout;

/** The default as one writes it in the environment; undefined when the setting has none. */
export function defaultOf(schema: z.ZodType): string | undefined {
  const def = schema._zod.def as { type: string; defaultValue?: unknown };
  return def.type === 'default' ? String(def.defaultValue) : undefined;
}

export const wholeNumber = (least: number, most: number) => {
  const error = `expected a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, error)
    .transform(Number)
    .pipe(z.number().min(least, error).max(most, error));
};

export const yesOrNo = () =>
  z.enum(['true', 'false'], { error: 'expected true or false' }).transform((value) => value === 'true');

export const address = (...protocols: string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    error: `expected an address that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  });
