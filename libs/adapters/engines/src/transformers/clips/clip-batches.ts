/** What goes through a network in one run: of ten seconds each they take some hundred MB while it runs. */
const BATCH_CLIPS = 4;

/** Which clips go together: those of one length, a few at a time. */
export function clipBatches(clips: readonly Float32Array[]): readonly (readonly number[])[] {
  const alike = new Map<number, number[]>();
  clips.forEach(({ length }, at) => alike.set(length, [...(alike.get(length) ?? []), at]));
  return [...alike.values()].flatMap((places) =>
    Array.from({ length: Math.ceil(places.length / BATCH_CLIPS) }, (_, i) =>
      places.slice(i * BATCH_CLIPS, (i + 1) * BATCH_CLIPS),
    ),
  );
}
