import { open, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize, sep } from 'node:path';
import { IntermodalError } from '@intermodal/contracts';
import { MalformedMessage, ProtobufFile, type Span } from './protobuf-file.ts';

/** Files beside a network that hold its weights, as it names them; or why it cannot be read as one. */
export type ExternalData = { readonly locations: readonly string[] } | { readonly malformed: string };

/**
 * Reads which other files an ONNX network needs, without its weights: a network of some GB costs a few reads.
 * Fields: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
export async function readExternalData(path: string): Promise<ExternalData> {
  const handle = await open(path);
  try {
    const file = new ProtobufFile(handle, (await handle.stat()).size);
    const locations = new Set<string>();
    await walk(file, 'Model', file.whole, locations, 0);
    return { locations: [...locations] };
  } catch (error) {
    if (error instanceof MalformedMessage) return { malformed: error.message };
    throw error;
  } finally {
    await handle.close();
  }
}

/** @throws IntermodalError `model.unavailable` when the process that opens it would fail, or die */
export async function refuseIncomplete(path: string, model: string): Promise<void> {
  const refused = (why: string): IntermodalError =>
    new IntermodalError('model.unavailable', `The model ${model} cannot be opened, because ${why}.`);
  const read = await readExternalData(path);
  if ('malformed' in read)
    throw refused(`its file is no whole ONNX network (${read.malformed}): pull it again`);
  for (const location of read.locations) {
    const inside = normalize(location);
    if (isAbsolute(inside) || inside.split(sep)[0] === '..')
      throw refused(`it keeps weights outside of its folder, in ${location}`);
    const isThere = await stat(join(dirname(path), inside)).then(
      (found) => found.isFile(),
      () => false,
    );
    if (!isThere) throw refused(`it keeps weights in ${location}, which is not beside it: pull it again`);
  }
}

type Message = keyof typeof INSIDE | 'Tensor';

/** Which fields of which message lead to a tensor. */
const INSIDE = {
  Model: { 7: 'Graph', 20: 'Training', 25: 'Function' },
  Training: { 1: 'Graph', 2: 'Graph' },
  Function: { 7: 'Node' },
  Graph: { 1: 'Node', 5: 'Tensor', 15: 'SparseTensor' },
  Node: { 5: 'Attribute' },
  Attribute: { 5: 'Tensor', 6: 'Graph', 10: 'Tensor', 11: 'Graph', 22: 'SparseTensor', 23: 'SparseTensor' },
  SparseTensor: { 1: 'Tensor', 2: 'Tensor' },
} as const satisfies Record<string, Readonly<Record<number, string>>>;

/** Graphs in attributes of nodes of graphs: nobody nests them so deep, but a file made to do harm. */
const DEEPEST = 60;

async function walk(
  file: ProtobufFile,
  message: Message,
  span: Span,
  locations: Set<string>,
  depth: number,
): Promise<void> {
  if (depth > DEEPEST) throw new MalformedMessage('it is nested too deep');
  if (message === 'Tensor') return readTensor(file, span, locations);
  const inside: Readonly<Record<number, Message>> = INSIDE[message];
  for await (const field of file.fields(span)) {
    const next = inside[field.number];
    if (next !== undefined && field.content) await walk(file, next, field.content, locations, depth + 1);
  }
}

const EXTERNAL_DATA = 13;
const DATA_LOCATION = 14;
const EXTERNAL = 1;

async function readTensor(file: ProtobufFile, span: Span, locations: Set<string>): Promise<void> {
  const named: string[] = [];
  let isExternal = false;
  for await (const { number, content, value } of file.fields(span)) {
    if (number === DATA_LOCATION) isExternal = value === EXTERNAL;
    if (number !== EXTERNAL_DATA || !content) continue;
    const entry: Record<number, string> = {};
    for await (const field of file.fields(content))
      if (field.content && field.number <= 2) entry[field.number] = await file.text(field.content);
    if (entry[1] === 'location') named.push(entry[2] ?? '');
  }
  if (isExternal) for (const location of named) locations.add(location);
}
