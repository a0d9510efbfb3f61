import { readFile } from 'node:fs/promises';
import type { IntermodalClient } from '@intermodal/client';
import type { PipelineDocument } from '@intermodal/contracts';
import type { CommandContext } from './context.ts';
import { UsageError } from './exit-codes.ts';
import { uploadFile } from './upload-file.ts';

type Ports = PipelineDocument['input'];

/** `name=value` pairs; a name given twice is a mistake. */
export function pairs(given: readonly string[], option: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const one of given) {
    const at = one.indexOf('=');
    if (at < 1) throw new UsageError(`${option} ${one}: expected NAME=VALUE.`);
    const name = one.slice(0, at);
    if (found.has(name)) throw new UsageError(`${option} ${name}: given twice.`);
    found.set(name, one.slice(at + 1));
  }
  return found;
}

/** By port: a media port takes a path, which is uploaded, an artifact's id, or an address to fetch; others take text, or `@` and a path. */
export async function readInputs(
  given: ReadonlyMap<string, string>,
  ports: Ports,
  client: IntermodalClient,
  context: Pick<CommandContext, 'screen' | 'signal' | 'note'>,
): Promise<Record<string, unknown>> {
  const input: Record<string, unknown> = {};
  for (const [name, value] of given) {
    const port = Object.hasOwn(ports, name) ? (ports[name] as { media?: string; type?: unknown }) : undefined;
    if (!port) {
      const known = Object.keys(ports).join(', ') || 'none';
      throw new UsageError(`--input ${name}: the pipeline has no such input; it has ${known}.`);
    }
    if (port.media === undefined) input[name] = typed(await textOf(value), port);
    else if (value.startsWith('art_')) input[name] = { artifact: value };
    else if (/^https?:\/\//i.test(value)) input[name] = { url: value };
    else {
      const { id } = await uploadFile(value, { called: `--input ${name}` }, client, context);
      input[name] = { artifact: id };
    }
  }
  return input;
}

/** JSON wherever a string is not what is wanted; what is no JSON is itself, and the API says what it wants. */
export function typed(text: string, schema: { type?: unknown } | undefined): unknown {
  if (schema?.type === 'string') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const textOf = (value: string): Promise<string> | string =>
  value.startsWith('@') ? readFile(value.slice(1), 'utf8') : value;
