import type { FileHandle } from 'node:fs/promises';

/** Bytes of a file: `end` is the first one after them. */
export interface Span {
  readonly begin: number;
  readonly end: number;
}

export interface Field {
  readonly number: number;
  /** Of a field of bytes. */
  readonly content?: Span;
  /** Of a field that is a number. */
  readonly value?: number;
}

/** The bytes are no protocol buffer, or not all of it. The message goes on after "because" or stands in brackets. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}

const WINDOW_BYTES = 65_536;
const LONGEST_VARINT = 10;
const LONGEST_TEXT = 4_096;

/** A file that is one protocol buffer, read in windows: what is stepped over is not read. https://protobuf.dev/programming-guides/encoding */
export class ProtobufFile {
  readonly whole: Span;
  readonly #handle: FileHandle;
  readonly #window = Buffer.alloc(WINDOW_BYTES);
  #begin = 0;
  #length = 0;

  constructor(handle: FileHandle, bytes: number) {
    this.#handle = handle;
    this.whole = { begin: 0, end: bytes };
  }

  /** @yields the fields of a message, in their order */
  async *fields(message: Span): AsyncGenerator<Field> {
    for (let at = message.begin; at < message.end;) {
      const tag = await this.#varint(at, message.end);
      const number = Math.floor(tag.value / 8);
      if (number === 0) throw new MalformedMessage('it has a field 0');
      const field = await this.#field(number, tag.value % 8, tag.end, message.end);
      yield field.field;
      at = field.end;
    }
  }

  async text({ begin, end }: Span): Promise<string> {
    if (end - begin > LONGEST_TEXT) throw new MalformedMessage('a name in it is too long');
    const { buffer, bytesRead } = await this.#handle.read(Buffer.alloc(end - begin), 0, end - begin, begin);
    return buffer.subarray(0, bytesRead).toString('utf8');
  }

  async #field(
    number: number,
    kind: number,
    at: number,
    end: number,
  ): Promise<{ field: Field; end: number }> {
    if (kind === 0) {
      const { value, end: after } = await this.#varint(at, end);
      return { field: { number, value }, end: after };
    }
    if (kind === 2) {
      const length = await this.#varint(at, end);
      const content = { begin: length.end, end: length.end + length.value };
      if (content.end > end) throw new MalformedMessage('it ends too early');
      return { field: { number, content }, end: content.end };
    }
    const bytes = { 1: 8, 5: 4 }[kind];
    if (bytes === undefined) throw new MalformedMessage(`it has a field of the kind ${kind}`);
    if (at + bytes > end) throw new MalformedMessage('it ends too early');
    return { field: { number }, end: at + bytes };
  }

  /** Numbers beyond 2^53 lose their last digits; none that matters here is as large. */
  async #varint(at: number, end: number): Promise<{ value: number; end: number }> {
    const most = Math.min(LONGEST_VARINT, end - at);
    if (at < this.#begin || at + most > this.#begin + this.#length) await this.#fill(at);
    let value = 0;
    for (let i = 0; i < most; i++) {
      const byte = this.#window[at - this.#begin + i]!;
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return { value, end: at + i + 1 };
    }
    throw new MalformedMessage('it ends too early');
  }

  async #fill(at: number): Promise<void> {
    this.#length = 0;
    while (this.#length < WINDOW_BYTES) {
      const room = WINDOW_BYTES - this.#length;
      const { bytesRead } = await this.#handle.read(this.#window, this.#length, room, at + this.#length);
      if (bytesRead === 0) break;
      this.#length += bytesRead;
    }
    this.#begin = at;
  }
}
