import type { ModelEntry } from '@intermodal/contracts';
import { defineModel, type Model } from '@intermodal/models';

/** A described model of a test, at an address that does not answer; what matters to the test is said by it. */
export const tinyModel = (entry: Partial<ModelEntry>): Model =>
  defineModel({
    id: 'tiny',
    summary: 'A test.',
    engine: 'onnx',
    tasks: ['speech.detect'],
    architecture: 'none',
    licence: 'none',
    source: { kind: 'web', address: 'http://never.invalid/' },
    ...entry,
  });
