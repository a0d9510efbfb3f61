import { describe, expect, it } from 'vitest';
import { longestSeconds, soundShapeOf, stepsFor } from './sound-shape.ts';

/** What of musicgen-small's config.json counts. */
const config = {
  audio_encoder: { sampling_rate: 32_000, upsampling_ratios: [8, 5, 4, 4] },
  decoder: { num_codebooks: 4, audio_channels: 1, max_position_embeddings: 2_048 },
};

describe('soundShapeOf', () => {
  it('is 50 frames a second for MusicGen', () => {
    expect(soundShapeOf(config)).toEqual({ sampleRate: 32_000, frameSamples: 640, books: 4, steps: 2_048 });
  });

  it.each([
    ['audio_encoder.sampling_rate', { ...config, audio_encoder: { upsampling_ratios: [8] } }],
    ['audio_encoder.upsampling_ratios', { ...config, audio_encoder: { sampling_rate: 32_000 } }],
    ['decoder.num_codebooks', { ...config, decoder: {} }],
    ['audio_encoder.sampling_rate', {}],
  ])('says that %s is missing', (field, broken) => {
    expect(() => soundShapeOf(broken)).toThrow(`its config.json has no ${field}`);
  });

  it('refuses what makes several channels', () => {
    const stereo = { ...config, decoder: { ...config.decoder, num_codebooks: 8, audio_channels: 2 } };
    expect(() => soundShapeOf(stereo)).toThrow('makes sounds of 2 channels');
  });
});

describe('stepsFor', () => {
  const shape = soundShapeOf(config);

  it.each([
    [30, 960_000, 1_503],
    [1, 32_000, 53],
    [1.01, 32_320, 54],
    [0.0001, 3, 4],
  ])('%d s are %i samples in %i steps', (seconds, samples, steps) => {
    expect(stepsFor(seconds, shape)).toEqual({ samples, steps });
  });

  it('fits into the longest sound that there is room for, and not beyond', () => {
    const longest = longestSeconds(shape);
    expect(longest).toBe(40.9);
    expect(stepsFor(longest, shape).steps).toBe(2_048);
    expect(stepsFor(longest + 0.001, shape).steps).toBe(2_049);
    expect(longestSeconds({ ...shape, steps: 2 })).toBe(0);
    expect(longestSeconds({ ...shape, sampleRate: 24_000, steps: 1_003 })).toBe(26.66);
  });
});
