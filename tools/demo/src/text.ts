/** `0:03.2` */
export const clock = (ms: number): string => {
  const seconds = ms / 1_000;
  return `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(1).padStart(4, '0')}`;
};

/** In lines no longer than `width`, as far as its words allow. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) lines[lines.length - 1] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}

const LABEL_WIDTH = 10;

/** A label, and beside it the text, however many lines that takes. */
export const hanging = (label: string, text: string): string[] =>
  wrapped(text, 92).map((line, i) => `${(i === 0 ? label : '').padEnd(LABEL_WIDTH)} ${line}`);

export const secondsText = (seconds: number | null): string =>
  seconds === null ? '' : `${seconds.toFixed(1)} s`;
