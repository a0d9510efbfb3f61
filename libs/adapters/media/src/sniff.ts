import { open } from 'node:fs/promises';

/** What a file seems to be by its first bytes. The name of the file is never asked. */
export type Sniffed = 'empty' | 'playlist' | 'text' | 'image' | 'pdf' | 'media-or-unknown';

const HEAD_BYTES = 4096;

export async function sniff(path: string): Promise<Sniffed> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return sniffBytes(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

/** Only for better sentences: what may be decoded is decided by ffmpeg's whitelist, not here. */
export function sniffBytes(head: Uint8Array): Sniffed {
  if (head.length === 0) return 'empty';
  const latin = Buffer.from(head).toString('latin1');
  const words = latin.replace(/^\u00ef\u00bb\u00bf/, '').trimStart();
  if (/^(#EXT|ffconcat|\[playlist\]|<\?xml|<MPD|<smil|<asx)/i.test(words)) return 'playlist';
  if (/^(\u0089PNG|\u00ff\u00d8\u00ff|GIF8|BM....\0\0\0\0|II\*\0|MM\0\*)/s.test(latin)) return 'image';
  if (/^RIFF....WEBP/s.test(latin)) return 'image';
  if (latin.startsWith('%PDF')) return 'pdf';
  return isText(head) ? 'text' : 'media-or-unknown';
}

function isText(head: Uint8Array): boolean {
  // A character of UTF-8 may be cut at the end of the head: the stream option forgives that.
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    // eslint-disable-next-line no-control-regex -- control characters are what tells bytes from text
    return !/[\u0000-\u0008\u000e-\u001f]/.test(text);
  } catch {
    return false;
  }
}
