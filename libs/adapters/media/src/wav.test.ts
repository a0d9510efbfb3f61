import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { durationMsOf, readWavLayout } from '@intermodal/models';
import { writeSamples } from '@intermodal/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutWav } from './cut-wav.ts';
import { joinWav } from './join-wav.ts';

const { signal } = new AbortController();
let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'intermodal-wav-'))));
afterAll(() => rm(folder, { recursive: true }));

const ramp = (samples: number) => Int16Array.from({ length: samples }, (_, i) => i + 1);
const samplesOf = async (path: string) => {
  const bytes = await readFile(path);
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset + 44, bytes.byteOffset + bytes.length));
};

describe('cutWav', () => {
  it('copies exactly the span, and no more than there is', async () => {
    await writeSamples(at('ramp.wav'), ramp(1600));
    await cutWav(at('ramp.wav'), at('cut.wav'), { startMs: 10, endMs: 20, signal });
    expect([...(await samplesOf(at('cut.wav')))]).toEqual([...ramp(1600).subarray(160, 320)]);
    await cutWav(at('ramp.wav'), at('end.wav'), { startMs: 90, endMs: 1000, signal });
    expect(durationMsOf(await readWavLayout(at('end.wav')))).toBe(10);
  });

  it('refuses an empty span and another rate', async () => {
    await expect(
      cutWav(at('ramp.wav'), at('none.wav'), { startMs: 200, endMs: 300, signal }),
    ).rejects.toMatchObject({ code: 'input.invalid' });
    await writeSamples(at('slow.wav'), ramp(100), 8000);
    await expect(
      cutWav(at('slow.wav'), at('none.wav'), { startMs: 0, endMs: 1, signal }),
    ).rejects.toMatchObject({ code: 'media.unsupported' });
  });
});

describe('joinWav', () => {
  it('places pieces at their time, or after the one before', async () => {
    await writeSamples(at('a.wav'), ramp(2205), 22_050);
    const piece = (startMs: number) => ({ path: at('a.wav'), startMs });
    const joined = await joinWav([piece(50), piece(100), piece(400)], at('joined.wav'), { signal });
    expect(joined).toEqual({
      placed: [
        { startMs: 50, endMs: 150 },
        { startMs: 150, endMs: 250 },
        { startMs: 400, endMs: 500 },
      ],
      durationMs: 500,
    });
    const layout = await readWavLayout(at('joined.wav'));
    expect(layout).toMatchObject({ sampleRate: 22_050, channels: 1, dataBytes: 22_050 });
    const samples = await samplesOf(at('joined.wav'));
    expect([samples[0], samples[1102], samples[1103], samples[3308], samples.at(-1)]).toEqual([
      0, 0, 1, 1, 2205,
    ]);
  });

  it('refuses pieces of two rates, and nothing', async () => {
    await writeSamples(at('b.wav'), ramp(10), 16_000);
    const two = [at('a.wav'), at('b.wav')].map((path) => ({ path, startMs: 0 }));
    await expect(joinWav(two, at('no.wav'), { signal })).rejects.toThrow('16000 Hz');
    await expect(joinWav([], at('no.wav'), { signal })).rejects.toMatchObject({ code: 'media.unsupported' });
  });

  it('refuses a place beyond the limit before it writes', async () => {
    const late = [{ path: at('a.wav'), startMs: 5 * 3_600_000 }];
    await expect(joinWav(late, at('late.wav'), { signal })).rejects.toMatchObject({ code: 'media.limit' });
  });

  it('stops when it is told to', async () => {
    const reason = new Error('enough');
    const stopped = AbortSignal.abort(reason);
    await expect(joinWav([{ path: at('a.wav'), startMs: 0 }], at('s.wav'), { signal: stopped })).rejects.toBe(
      reason,
    );
  });
});
