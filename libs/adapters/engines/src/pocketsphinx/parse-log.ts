import type { RecognisedWord, Recognition } from '@intermodal/models';

/** Frames of 10 ms. */
const FRAME_MS = 10;

/**
 * What pocketsphinx_batch heard, from the log of one utterance (`-backtrace yes`): a table of words with their first and last
 * frame, and a last line with the time that it took. Undefined while that line has not come.
 */
export function parseLog(log: string): Recognition | undefined {
  if (/^ERROR: "batch\.c".*\n/m.test(log)) return NOTHING;
  if (!/^INFO: batch\.c\(\d+\): .* seconds speech, .*\n/m.test(log)) return undefined;
  const words: RecognisedWord[] = [];
  for (const [, word, first, last] of log.matchAll(/^(\S+) +(\d+) +(\d+) +[\d.]+ +-?\d+ +-?\d+ +\d+ *$/gm)) {
    if (/^[<[+]/.test(word!)) continue; // <s>, <sil>, [NOISE], ++BREATH++
    words.push({
      // brooklyn(2) is the second pronunciation of brooklyn.
      text: word!.replace(/\(\d+\)$/, ''),
      startMs: Number(first) * FRAME_MS,
      endMs: (Number(last) + 1) * FRAME_MS,
    });
  }
  return { text: words.map((word) => word.text).join(' '), words };
}

const NOTHING: Recognition = { text: '', words: [] };
