import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm, truncate, writeFile, copyFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { durationMsOf, readWavLayout } from '@intermodal/models';
import { childProcesses, sharedFolder, writeSounds } from '@intermodal/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ffmpegMediaTools as media } from './ffmpeg-media-tools.ts';
import ffmpeg from './ffmpeg.engine.ts';
import { loadMediaEngines } from './index.ts';

const shared = sharedFolder();
const { signal } = new AbortController();
let folder: string;
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-media-'));
  await writeSounds(at('voice.wav'), [{ kind: 'syllables', ms: 1500 }], 22_050);
  make(['-i', at('voice.wav'), at('voice.mp3')]);
  make(['-f', 'lavfi', '-i', 'testsrc=s=64x48:r=10:d=1', '-i', at('voice.wav'), '-shortest', at('film.mp4')]);
  make(['-f', 'lavfi', '-i', 'testsrc=s=64x48:r=10:d=1', at('silent.mp4')]);
});
afterAll(() => rm(folder, { recursive: true }));
afterAll(() => expect(childProcesses()).toEqual([]));

const make = (args: string[]) => execFileSync('ffmpeg', ['-nostdin', '-v', 'error', ...args]);

describe('the ffmpeg engine', () => {
  it('is found by its file name and available', async () => {
    expect((await loadMediaEngines()).map((it) => it.name)).toContain('ffmpeg');
    expect(await ffmpeg.probe(undefined as never)).toEqual({ available: true });
  });

  it('probes films and sound', async () => {
    expect(await media.probe(at('film.mp4'), { signal })).toMatchObject({
      format: expect.stringContaining('mp4'),
      audio: { codec: 'aac', sampleRate: 22_050, channels: 1 },
      video: { codec: 'h264', width: 64, height: 48, framesPerSecond: 10 },
    });
    expect(await media.probe(at('silent.mp4'), { signal })).toMatchObject({ audio: null, durationMs: 1000 });
  });

  it.each(['voice.mp3', 'film.mp4', 'voice.wav'])(
    'extracts 16 kHz mono with a plain header from %s',
    async (name) => {
      await media.extractAudio(at(name), at('out.wav'), { signal });
      const layout = await readWavLayout(at('out.wav'));
      expect(layout).toMatchObject({ sampleRate: 16_000, channels: 1, dataOffset: 44 });
      expect(durationMsOf(layout)).toBeGreaterThan(900);
    },
  );

  it.each([
    ['wav', 'pcm_s16le'],
    ['mp3', 'mp3'],
    ['flac', 'flac'],
    ['opus', 'opus'],
    ['aac', 'aac'],
  ] as const)('writes sound as %s, in half the time and in four times the time', async (format, codec) => {
    for (const [speed, leastMs, mostMs] of [
      [2, 600, 900],
      [0.25, 5_700, 6_300],
    ] as const) {
      await media.encodeAudio(at('voice.wav'), at('encoded'), { format, speed, signal });
      await media.extractAudio(at('encoded'), at('out.wav'), { signal });
      expect((await media.probe(at('encoded'), { signal })).audio?.codec).toBe(codec);
      const ms = durationMsOf(await readWavLayout(at('out.wav')));
      expect(ms).toBeGreaterThan(leastMs);
      expect(ms).toBeLessThan(mostMs);
    }
  });

  it('does not trust a name', async () => {
    await copyFile(at('film.mp4'), at('film.txt'));
    expect((await media.probe(at('film.txt'), { signal })).video).not.toBeNull();
  });

  it('takes names that look like options or addresses for names', async () => {
    await copyFile(at('voice.mp3'), at('-y http:x?.mp3'));
    expect((await media.probe(at('-y http:x?.mp3'), { signal })).audio).not.toBeNull();
  });

  it('ends its process when it is told to stop, and leaves no file', async () => {
    execFileSync('mkfifo', [at('endless.wav')]);
    const stop = new AbortController();
    // The writer gets on only when ffprobe reads, and then keeps the pipe open: ffprobe would wait for ever.
    const hold = 'exec 3>"$1"; printf RIFF >&3; echo opened; cat';
    const writer = execFile('/bin/sh', ['-c', hold, 'sh', at('endless.wav')]);
    const { runGuarded } = await import('./run-guarded.ts');
    const running = runGuarded('ffprobe', at('endless.wav'), [], stop.signal);
    await once(writer.stdout!, 'data');
    stop.abort(new Error('told to'));
    await expect(running).rejects.toThrow('told to');
    writer.stdin!.end();
    await once(writer, 'close');
  });
});

describe('bad media', () => {
  const bad: [string, string, () => Promise<void>][] = [
    ['text named .wav', 'media.unreadable', () => writeFile(at('bad.wav'), 'This is a letter.\n'.repeat(20))],
    ['0 bytes', 'media.unreadable', () => writeFile(at('bad.wav'), '')],
    [
      'half a header',
      'media.unreadable',
      async () => writeFile(at('bad.wav'), (await readFile(at('voice.wav'))).subarray(0, 30)),
    ],
    [
      'samples without a header',
      'media.unreadable',
      async () => writeFile(at('bad.wav'), (await readFile(at('voice.wav'))).subarray(44)),
    ],
    [
      'a film without its end',
      'media.unreadable',
      async () => {
        await copyFile(at('film.mp4'), at('bad.wav'));
        await truncate(at('bad.wav'), Math.round((await stat(at('film.mp4'))).size / 3));
      },
    ],
    ['a PDF', 'media.unsupported', () => writeFile(at('bad.wav'), '%PDF-1.7\n\u0000')],
    ['a WAV file without samples', 'media.unreadable', async () => writeSounds(at('bad.wav'), [], 16_000)],
  ];

  it.each(bad)('%s gives %s', async (_name, code, write) => {
    await write();
    const thrown = await media
      .extractAudio(at('bad.wav'), at('never.wav'), { signal })
      .catch((it: unknown) => it);
    expect(thrown).toMatchObject({ code });
    const { message } = thrown as Error;
    expect(message).not.toContain(folder);
    expect(message.split('\n')).toHaveLength(1);
    expect(await readdir(folder)).not.toContain('never.wav');
  });

  it('gives what there is of a WAV file that lost its end', async () => {
    await copyFile(at('voice.wav'), at('cut-off.wav'));
    await truncate(at('cut-off.wav'), 30_000);
    await media.extractAudio(at('cut-off.wav'), at('rest.wav'), { signal });
    expect(durationMsOf(await readWavLayout(at('rest.wav')))).toBeGreaterThan(600);
  });

  // The other file is a pipe that nobody writes to: whoever opened it would wait until the test's time is over.
  it.each([
    ['.mp4', (other: string) => `#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n${other}\n#EXT-X-ENDLIST\n`],
    ['.wav', (other: string) => `ffconcat version 1.0\nfile '${other}'\n`],
    ['.mpd', (other: string) => `<?xml version="1.0"?><MPD><BaseURL>${other}</BaseURL></MPD>`],
    ['.wav', (other: string) => `\u0000\u0001#EXTM3U\n#EXTINF:9,\n${other}\n`],
  ])('a playlist named %s is refused without opening what it points at', async (extension, text) => {
    const other = at('other.wav');
    await rm(other, { force: true });
    execFileSync('mkfifo', [other]);
    const playlist = at(`playlist${extension}`);
    await writeFile(playlist, text(other));
    await expect(media.probe(playlist, { signal })).rejects.toMatchObject({ code: 'media.unreadable' });
    const { runGuarded } = await import('./run-guarded.ts');
    const past = await runGuarded('ffmpeg', playlist, ['-f', 'null', '-'], signal);
    expect(past.exitCode).not.toBe(0);
  });

  it.skipIf(!shared)(
    'every damaged sound and film of ../shared (skipped where that folder is absent) is refused by name or read',
    async () => {
      const malformed = join(shared!, 'fixtures/malformed');
      const names = await readdir(malformed);
      const codes: Record<string, string> = {};
      for (const name of names.filter((it) => /^(audio|video)__/.test(it))) {
        const result = await media
          .extractAudio(join(malformed, name), at('maybe.wav'), { signal })
          .catch((it) => it);
        codes[name] = (result as { code?: string } | undefined)?.code ?? 'read';
      }
      expect(codes).toEqual({
        'audio__pocketsphinx-evil.wav': 'media.unreadable',
        'video__no_duration.webm': 'read',
      });
    },
  );

  it.skipIf(!shared)(
    'a picture of ../shared (skipped where that folder is absent) is unsupported',
    async () => {
      const picture = join(shared!, 'fixtures/images/coral-cat_720p.jpg');
      await expect(media.probe(picture, { signal })).rejects.toMatchObject({ code: 'media.unsupported' });
    },
  );
});
