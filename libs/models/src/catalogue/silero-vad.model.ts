import { defineModel } from '../model.ts';

export default defineModel({
  id: 'silero-vad',
  summary: 'Finds speech in 16 kHz audio, frame by frame. A small recurrent network.',
  engine: 'onnx',
  tasks: ['speech.detect'],
  architecture: 'Silero VAD',
  licence: 'MIT',
  // The peak of its process over five runs with one thread.
  memoryBytes: { cpu: 120_000_000 },
  tested: 'libs/adapters/engines/src/speech-detectors.medium.test.ts',
  source: {
    kind: 'web',
    address: 'https://github.com/snakers4/silero-vad/raw/806dcba3f0b5d95282d0889a074954a2f8c6397b/',
  },
  files: [
    {
      file: 'model.onnx',
      from: 'src/silero_vad/data/silero_vad.onnx',
      bytes: 2_327_524,
      sha256: '1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3',
    },
  ],
});
