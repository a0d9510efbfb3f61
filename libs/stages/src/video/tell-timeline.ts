import type { Entry, Glance } from './merge-timeline.ts';

const MOST_QUOTED = 300;

/** A film in a few sentences, from what was seen, read and heard; nothing else is in it. */
export function tellTimeline(
  frames: readonly Glance[] | null,
  speech: readonly unknown[] | null,
  entries: readonly Entry[],
  durationMs: number,
): string {
  const scenes = (frames ?? []).filter(({ cut }) => cut).length + 1;
  const what = frames === null || frames.length === 0 ? 'A recording' : 'A film';
  const long = `${what} of ${seconds(durationMs)}`;
  const sentences = [scenes > 1 ? `${long}, in ${scenes} scenes.` : `${long}.`];
  if (frames && frames.length > 0) sentences.push(tellPictures(frames));
  const read = distinct(entries, 'text');
  if (read !== '') sentences.push(`It reads: "${read}".`);
  const said = distinct(entries, 'speech');
  if (said !== '') sentences.push(`It says: "${said}".`);
  else if (speech !== null) sentences.push('Nobody was heard to speak.');
  else sentences.push('No sound was heard.');
  return sentences.join(' ');
}

function tellPictures(frames: readonly Glance[]): string {
  const looked = frames.filter(({ objects }) => objects !== null);
  if (looked.length === 0) return 'Nobody looked for things in its pictures.';
  const labels = Map.groupBy(
    looked.flatMap(({ objects }) => [...new Set(objects!.map(({ label }) => label))]),
    (label) => label,
  );
  const seen = [...labels]
    .map(([label, of]) => ({ label, frames: of.length }))
    .sort((a, b) => b.frames - a.frames || (a.label < b.label ? -1 : 1))
    .slice(0, 8);
  if (seen.length === 0)
    return `In ${looked.length === 1 ? 'its frame' : `its ${looked.length} frames`} nothing was recognised.`;
  const list = seen.map((it) => `${it.label} (in ${it.frames} of ${looked.length} frames)`);
  return `It shows ${list.join(', ')}.`;
}

function distinct(entries: readonly Entry[], kind: Entry['kind']): string {
  const texts = [...new Set(entries.filter((it) => it.kind === kind).map(({ text }) => text))];
  const all = texts.join(' / ');
  return all.length <= MOST_QUOTED ? all : `${all.slice(0, MOST_QUOTED)}…`;
}

const seconds = (ms: number): string =>
  ms < 60_000
    ? `${Math.round(ms / 100) / 10} seconds`
    : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
