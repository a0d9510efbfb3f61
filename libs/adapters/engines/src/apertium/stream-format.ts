/**
 * Apertium's stream format (https://wiki.apertium.org/wiki/Apertium_stream_format): reserved characters are escaped by a
 * backslash, and what stands in [ ] passes through untranslated.
 */

/** Ends a request: a full stop that closes the last sentence, and an empty blank by which it is known in the reply. */
const CLOSING = '.[]';

/** A text as a request to a null-flush pipeline. */
export function toRequest(text: string): string {
  const escaped = text
    .replaceAll('\0', ' ')
    .replace(/[\\[\]{}^$/@<>]/g, '\\$&')
    .replace(/[\r\n]+/g, (lines) => `[${lines}]`);
  return `${escaped}${CLOSING}\0`;
}

/** The translation in a whole reply, without its closing. Spaces that the pipeline doubled are single again. */
export function fromReply(reply: string): string {
  const closing = reply.lastIndexOf(CLOSING);
  const body = closing < 0 ? reply : reply.slice(0, closing);
  return (
    body
      // First escapes and blanks in one pass, so that an escaped bracket is never taken for a blank.
      .replace(/\\(.)|\[([^\]]*)\]/gs, (_, escaped?: string, blank?: string) => escaped ?? blank ?? '')
      .replace(/ {2,}/g, ' ')
      .trim()
  );
}
