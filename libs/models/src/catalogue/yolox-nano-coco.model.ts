import { defineModel } from '../model.ts';

export default defineModel({
  id: 'yolox-nano-coco',
  summary: 'Finds things of 80 kinds in photographs. A small convolutional network, trained on COCO.',
  engine: 'onnx',
  tasks: ['image.detect-objects'],
  architecture: 'YOLOX',
  licence: 'Apache-2.0',
  // The peak of its process over five runs with one thread.
  memoryBytes: { cpu: 160_000_000 },
  tested: 'libs/adapters/engines/src/object-detectors.medium.test.ts',
  source: {
    kind: 'web',
    address:
      'https://github.com/Kazuhito00/YOLOX-ONNX-TFLite-Sample/raw/3d4f1119d0694200671c08069ecb847aa0d8495a/',
  },
  files: [
    {
      file: 'model.onnx',
      from: 'model/yolox_nano.onnx',
      bytes: 3_660_092,
      sha256: '695e750a5d5754bb5a8d5325643b59282191a7e7a564e435a415fd3c578eab14',
    },
    {
      file: 'labels.txt',
      from: 'coco_classes.txt',
      bytes: 625,
      sha256: '634a1132eb33f8091d60f2c346ababe8b905ae08387037aed883953b7329af84',
    },
  ],
});
