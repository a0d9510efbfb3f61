import { describe, expect, it } from 'vitest';
import { parseProbe } from './parse-probe.ts';

const film = {
  streams: [
    {
      codec_type: 'video',
      codec_name: 'h264',
      width: 640,
      height: 360,
      avg_frame_rate: '30000/1001',
      side_data_list: [{ rotation: -90 }],
    },
    { codec_type: 'audio', codec_name: 'aac', sample_rate: '44100', channels: 2 },
  ],
  format: { format_name: 'mov,mp4', duration: '9.5604' },
};

describe('parseProbe', () => {
  it('reads a film, turned as it is shown', () => {
    expect(parseProbe(JSON.stringify(film))).toEqual({
      format: 'mov,mp4',
      durationMs: 9560,
      audio: { codec: 'aac', sampleRate: 44_100, channels: 2 },
      video: { codec: 'h264', width: 360, height: 640, framesPerSecond: 29.97 },
    });
  });

  it('does not take a cover picture for a film', () => {
    const cover = { codec_type: 'video', codec_name: 'mjpeg', disposition: { attached_pic: 1 } };
    const song = { ...film, streams: [cover, film.streams[1]] };
    expect(parseProbe(JSON.stringify(song)).video).toBeNull();
  });

  it('says unknown as null', () => {
    const silent = { streams: [{ ...film.streams[0], avg_frame_rate: '0/0' }], format: {} };
    expect(parseProbe(JSON.stringify(silent))).toMatchObject({
      durationMs: null,
      audio: null,
      video: { framesPerSecond: null },
    });
  });

  it('refuses sound without a rate, and containers without tracks', () => {
    const raw = { streams: [{ codec_type: 'audio', codec_name: 'mp3', sample_rate: '0', channels: 0 }] };
    expect(() => parseProbe(JSON.stringify(raw))).toThrow('sample rate');
    expect(() => parseProbe('{}')).toThrow('without sound or film');
  });
});
