/** A subtitle: what is shown, and when. */
export interface Cue {
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
}

/** SubRip, as players read it: numbered, with commas in the times. */
export const toSrt = (cues: readonly Cue[]): string =>
  cues.map((cue, i) => `${i + 1}\n${times(cue, ',')}\n${oneBlock(cue.text)}\n`).join('\n');

/** WebVTT (W3C): `&` and `<` would begin markup. */
export const toVtt = (cues: readonly Cue[]): string =>
  ['WEBVTT\n', ...cues.map((cue) => `${times(cue, '.')}\n${markupFree(oneBlock(cue.text))}\n`)].join('\n');

const times = (cue: Cue, point: ',' | '.'): string =>
  `${clock(cue.startMs, point)} --> ${clock(cue.endMs, point)}`;

function clock(ms: number, point: ',' | '.'): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const thousandths = String(ms % 1000).padStart(3, '0');
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}${point}${thousandths}`;
}

/** An empty line ends a subtitle in both formats, so there is none within its text. */
const oneBlock = (text: string): string => text.replace(/\s*[\r\n]+\s*/g, '\n').trim();

const markupFree = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('-->', '--&gt;');
