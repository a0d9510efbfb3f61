import type { RecognisedWord } from '@intermodal/models';

export interface Letters {
  /** What each token writes: letters, or a piece of a word. A space before it begins a word, one alone ends it. */
  readonly tokens: readonly string[];
  /** What stands for no letter: frames of silence, and between two letters that are the same. */
  readonly blank: number;
}

interface Frames {
  /** [frames, tokens] */
  readonly scores: Float32Array;
  readonly frameMs: number;
}

/** The likeliest letter of each frame; one that goes on over several frames is one letter, and words begin and end with their letters. */
export function readLetters({ tokens, blank }: Letters, { scores, frameMs }: Frames): RecognisedWord[] {
  const words: { text: string; from: number; to: number; logarithms: number[] }[] = [];
  let word: (typeof words)[number] | undefined;
  let before = blank;
  for (let frame = 0; (frame + 1) * tokens.length <= scores.length; frame++) {
    const row = scores.subarray(frame * tokens.length, (frame + 1) * tokens.length);
    const { token, logarithm } = likeliest(row);
    const isNew = token !== before;
    before = token;
    if (token === blank) continue;
    const written = tokens[token]!;
    if (isNew && written.startsWith(' ')) word = undefined;
    if (written === ' ') continue;
    if (!word) words.push((word = { text: '', from: frame, to: frame, logarithms: [] }));
    if (isNew) word.text += written.trimStart();
    word.to = frame + 1;
    word.logarithms.push(logarithm);
  }
  return words
    .filter(({ text }) => text !== '')
    .map(({ text, from, to, logarithms }) => ({
      text,
      startMs: Math.round(from * frameMs),
      endMs: Math.round(to * frameMs),
      confidence: Math.min(1, Math.exp(logarithms.reduce((sum, one) => sum + one, 0) / logarithms.length)),
    }));
}

function likeliest(row: Float32Array): { token: number; logarithm: number } {
  let token = 0;
  for (let i = 1; i < row.length; i++) if (row[i]! > row[token]!) token = i;
  const sum = row.reduce((all, score) => all + Math.exp(score - row[token]!), 0);
  return { token, logarithm: -Math.log(sum) };
}
