/** What was seen in one frame. */
export interface Glance {
  readonly timeMs: number;
  readonly cut: boolean;
  /** Null when nobody looked. */
  readonly objects: readonly { readonly label: string }[] | null;
  readonly text: readonly { readonly text: string }[] | null;
}

export interface Entry {
  readonly startMs: number;
  readonly endMs: number;
  readonly kind: 'picture' | 'text' | 'speech';
  readonly text: string;
}

/**
 * One timeline of what is seen, read and heard, in the order of time. A frame stands for the time until the next one; what is
 * the same in frames that follow each other is one entry, unless a scene ends between them.
 */
export function mergeTimeline(
  frames: readonly Glance[],
  speech: readonly { startMs: number; endMs: number; text: string }[],
  endMs: number,
): Entry[] {
  const spans = frames.map((frame, i) => ({
    ...frame,
    endMs: Math.max(frame.timeMs, frames[i + 1]?.timeMs ?? endMs),
  }));
  const entries = [
    ...runs('picture', spans, (frame) => [inWords(frame.objects ?? [])].filter((it) => it !== '')),
    ...runs('text', spans, (frame) => (frame.text ?? []).map(({ text }) => text)),
    ...speech
      .filter(({ text }) => text.trim() !== '')
      .map((line): Entry => ({
        startMs: line.startMs,
        endMs: line.endMs,
        kind: 'speech',
        text: line.text.trim(),
      })),
  ];
  return entries.sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
}

function runs(
  kind: Entry['kind'],
  spans: readonly (Glance & { endMs: number })[],
  textsOf: (frame: Glance) => readonly string[],
): Entry[] {
  const entries: Entry[] = [];
  let open = new Map<string, { startMs: number; endMs: number; text: string }>();
  for (const span of spans) {
    const next: typeof open = new Map();
    for (const text of textsOf(span)) {
      const key = sameText(text);
      const before = span.cut ? undefined : open.get(key);
      next.set(key, {
        startMs: before?.startMs ?? span.timeMs,
        endMs: span.endMs,
        text: before?.text ?? text,
      });
      if (before) open.delete(key);
    }
    entries.push(...[...open.values()].map((it) => ({ ...it, kind })));
    open = next;
  }
  return [...entries, ...[...open.values()].map((it) => ({ ...it, kind }))];
}

/** Text that is read a little differently from frame to frame is the same. */
const sameText = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** `2 dogs, 1 bicycle`, in the order of the alphabet. */
export function inWords(objects: readonly { readonly label: string }[]): string {
  const counts = Map.groupBy(objects, ({ label }) => label);
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, of]) => `${of.length} × ${label}`)
    .join(', ');
}
