import { mkdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { FrameSampling, SampledFrame } from '@intermodal/models';
import { MEDIA_LIMITS } from './limits.ts';
import { errorOfRun, filmTooLong } from './media-error.ts';
import { runGuarded } from './run-guarded.ts';
import { thinOut } from './thin-out.ts';

/** How different a picture is from the one before, 0..1 (ffmpeg's `scene`), to count as a cut. */
const CUT = 0.3;
/** After a cut the next one counts only after this time: a flash is not two scenes. */
const SHORTEST_SCENE_MS = 400;
/** Candidates for each frame wanted, one of time and two of cuts, so that cuts can be preferred. */
const CANDIDATES = 3;
/** So far apart, key frames will do; they are decoded ten times faster. */
const KEY_FRAMES_FROM_MS = 5000;

/**
 * Frames of a film with a picture track, in order: the first, then at a fixed rate and at cuts, at most `most`.
 * @param durationMs of the container, if it says
 * @param folder is made, and holds the frames
 */
export async function sampleFilm(
  path: string,
  folder: string,
  durationMs: number | null,
  options: FrameSampling & { signal: AbortSignal },
): Promise<SampledFrame[]> {
  const everyMs = Math.max(options.everyMs, Math.ceil((durationMs ?? 0) / options.most));
  const expected = durationMs === null ? 0 : durationMs / everyMs;
  await mkdir(folder, { recursive: true });
  if (everyMs >= KEY_FRAMES_FROM_MS) {
    const frames = await decode(path, folder, { ...options, durationMs, everyMs, keyFramesOnly: true });
    // A film with hardly any key frames, such as a recorded screen, is decoded as a whole.
    if (frames.length >= expected / 2) return frames;
    await rm(folder, { recursive: true });
    await mkdir(folder);
  }
  return decode(path, folder, { ...options, durationMs, everyMs, keyFramesOnly: false });
}

interface Decoding extends FrameSampling {
  readonly durationMs: number | null;
  readonly keyFramesOnly: boolean;
  readonly signal: AbortSignal;
}

async function decode(path: string, folder: string, options: Decoding): Promise<SampledFrame[]> {
  const extension = options.format === 'png' ? 'png' : 'jpg';
  const output = outputTo(folder, extension, options);
  const result = await runGuarded('ffmpeg', resolve(path), output, options.signal, {
    keyFramesOnly: options.keyFramesOnly,
  });
  const times = parseTimes(result.stdout);
  // Of a damaged film ffmpeg may have written what it could decode before it gave up.
  if (result.exitCode !== 0 && (times.length === 0 || result.endedBy !== null)) throw errorOfRun(result);
  if (times.some(({ timeMs }) => timeMs > MEDIA_LIMITS.filmMs)) throw filmTooLong();
  const found = times.map((time, i) => ({ ...time, from: join(folder, candidate(i + 1, extension)) }));
  const kept = thinOut(found, options.most);
  const frames: SampledFrame[] = [];
  for (const [i, { from, timeMs, cut }] of kept.entries()) {
    const to = join(folder, `frame-${String(i + 1).padStart(5, '0')}.${extension}`);
    await rename(from, to);
    frames.push({ path: to, timeMs, cut });
  }
  const left = new Set(kept);
  await Promise.all(found.filter((it) => !left.has(it)).map(({ from }) => rm(from, { force: true })));
  return frames;
}

const candidate = (number: number, extension: string): string =>
  `candidate-${String(number).padStart(6, '0')}.${extension}`;

function outputTo(folder: string, extension: string, options: Decoding): string[] {
  const { everyMs, most, maxEdge, durationMs } = options;
  const sceneMs = Math.max(SHORTEST_SCENE_MS, (durationMs ?? 0) / (most * (CANDIDATES - 1)));
  const longest = Math.ceil((durationMs ?? MEDIA_LIMITS.filmMs) / everyMs) + most * CANDIDATES;
  const wanted = [
    'isnan(prev_selected_t)',
    `gte(t-prev_selected_t,${everyMs / 1000})`,
    // st and ld keep when the last cut was.
    `if(gt(scene,${CUT})*gte(t-ld(0),${sceneMs / 1000}),1+st(0,t))`,
    // What lies behind the limit is looked for, since a film may hide its length.
    `gt(t,${MEDIA_LIMITS.filmMs / 1000})`,
  ].join('+');
  const filters = [
    `select='${wanted}'`,
    // Tells the time of each frame on stdout.
    'metadata=mode=print:file=-',
    "scale=w='max(1,trunc(iw*sar))':h=ih,setsar=1",
    `scale=w='min(iw,${maxEdge})':h='min(ih,${maxEdge})':force_original_aspect_ratio=decrease`,
  ];
  return [
    ...['-map', '0:v:0', '-an', '-sn', '-dn'],
    ...['-vf', filters.join(','), '-fps_mode', 'passthrough'],
    ...['-t', String(MEDIA_LIMITS.filmMs / 1000 + 1), '-frames:v', String(longest)],
    ...(extension === 'png'
      ? ['-c:v', 'png', '-pix_fmt', 'rgb24']
      : ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p']),
    ...(extension === 'png' ? [] : ['-q:v', '3']),
    ...['-f', 'image2', '-y', `file:${resolve(folder).replaceAll('%', '%%')}/candidate-%06d.${extension}`],
  ];
}

/** `frame:3 pts:51200 pts_time:4` and below it `lavfi.scene_score=0.41`. The first frame has no time before it to be cut from. */
function parseTimes(printed: string): { timeMs: number; cut: boolean }[] {
  const times: { timeMs: number; cut: boolean }[] = [];
  for (const [, time, score] of printed.matchAll(/pts_time:(\S+)\s+lavfi\.scene_score=(\S+)/g)) {
    const timeMs = Math.max(0, Math.round(Number(time) * 1000));
    times.push({ timeMs, cut: times.length > 0 && Number(score) > CUT });
  }
  return times;
}
