import { defineModel } from '../model.ts';

export default defineModel({
  id: 'ultraface-rfb-320',
  summary: 'Finds faces in photographs. A small convolutional network that sees 320 x 240 pixels.',
  engine: 'onnx',
  tasks: ['image.find-faces'],
  architecture: 'UltraFace',
  licence: 'MIT',
  // The peak of its process over five runs with one thread.
  memoryBytes: { cpu: 125_000_000 },
  tested: 'libs/adapters/engines/src/object-detectors.medium.test.ts',
  source: {
    kind: 'web',
    address:
      'https://github.com/Linzaer/Ultra-Light-Fast-Generic-Face-Detector-1MB/raw/dffdddda9794a50607cba8f318507a28c1c27cab/',
  },
  files: [
    {
      file: 'model.onnx',
      from: 'models/onnx/version-RFB-320.onnx',
      bytes: 1_270_727,
      sha256: '34cd7e60aeff28744c657de7a3dc64e872d506741de66987f3426f2b79f88017',
    },
  ],
});
