import { IntermodalError, LINE_MAX_BYTES, toIntermodalError, type Fault } from '@intermodal/contracts';
import { parseJson } from '../http/body.ts';

/** A row that was read, or why it could not be. */
export type RawRow = { readonly line: number } & ({ readonly value: unknown } | { readonly error: Fault });

/** One line of a file that is not empty. */
export interface FileLine {
  /** From 1; empty ones count. */
  readonly line: number;
  /** Where the next one begins, in bytes from the start of the file. */
  readonly nextByte: number;
  /** Undefined when it is longer than a line may be. To be read before the next line is asked for. */
  readonly content: Buffer | undefined;
}

const NEW_LINE = 0x0a;

/** JSON lines (https://jsonlines.org): one value a line; empty lines are passed over. Holds one line at most, and that bounded. */
export class LineSplitter {
  #line: number;
  #byte: number;
  #held: Buffer[] = [];
  #heldBytes = 0;

  /** @param from where the first chunk begins: after that line, at that byte */
  constructor(from: { readonly line: number; readonly byte: number } = { line: 0, byte: 0 }) {
    this.#line = from.line;
    this.#byte = from.byte;
  }

  *push(chunk: Buffer): Generator<FileLine> {
    let begin = 0;
    for (let at; (at = chunk.indexOf(NEW_LINE, begin)) !== -1; begin = at + 1)
      yield* this.#end(chunk.subarray(begin, at), 1);
    this.#hold(chunk.subarray(begin));
  }

  /** A last line without an end. */
  *end(): Generator<FileLine> {
    if (this.#heldBytes > 0) yield* this.#end(Buffer.alloc(0), 0);
  }

  #hold(part: Buffer): void {
    this.#heldBytes += part.length;
    if (this.#heldBytes > LINE_MAX_BYTES) this.#held = [];
    // A copy: a few bytes must not keep a whole chunk in memory.
    else if (part.length > 0) this.#held.push(Buffer.from(part));
  }

  *#end(rest: Buffer, separator: number): Generator<FileLine> {
    const bytes = this.#heldBytes + rest.length;
    const content =
      bytes > LINE_MAX_BYTES
        ? undefined
        : this.#held.length > 0
          ? Buffer.concat([...this.#held, rest], bytes)
          : rest;
    this.#line += 1;
    this.#byte += bytes + separator;
    this.#held = [];
    this.#heldBytes = 0;
    if (content && isBlank(content)) return;
    yield { line: this.#line, nextByte: this.#byte, content };
  }
}

function isBlank(content: Buffer): boolean {
  for (const byte of content) if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  return true;
}

/** The lines of a stream of bytes. */
export async function* linesOf(
  chunks: AsyncIterable<Buffer>,
  from?: { readonly line: number; readonly byte: number },
): AsyncGenerator<FileLine> {
  const splitter = new LineSplitter(from);
  for await (const chunk of chunks) yield* splitter.push(chunk);
  yield* splitter.end();
}

export function readLine({ line, content }: FileLine): RawRow {
  if (!content) return { line, error: tooLong(line) };
  try {
    return { line, value: parseJson(textOf(content, line), `Line ${line}`) };
  } catch (error) {
    const { message } = toIntermodalError(error);
    return { line, error: { code: 'input.invalid', message } };
  }
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/** A mark of the byte order, which the first line may begin with, is left out. */
function textOf(content: Buffer, line: number): string {
  try {
    return UTF_8.decode(content);
  } catch (cause) {
    throw new IntermodalError('request.invalid', `Line ${line} is not UTF-8.`, { cause });
  }
}

const tooLong = (line: number): Fault => ({
  code: 'input.too_large',
  message: `Line ${line} is longer than ${LINE_MAX_BYTES} bytes: upload files, and name them in the row.`,
});
