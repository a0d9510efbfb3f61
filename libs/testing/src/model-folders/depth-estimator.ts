import { makeOnnx } from '../onnx/make-onnx.ts';
import { jsonFile, type ModelFolder } from './model-folder.ts';
import { picturePreprocessor } from './picture-preprocessor.ts';

/** What is bright is near; `glpn` gives how far everything is in place of it. */
export const depthEstimatorFolder = (kind: 'depth_anything' | 'glpn' = 'depth_anything'): ModelFolder => ({
  ...picturePreprocessor('DPTImageProcessor', 28),
  'config.json': jsonFile({
    model_type: kind,
    architectures: [kind === 'glpn' ? 'GLPNForDepthEstimation' : 'DepthAnythingForDepthEstimation'],
  }),
  'onnx/model.onnx': makeOnnx({
    inputs: { pixel_values: ['batch', 3, 'height', 'width'] },
    outputs: { predicted_depth: ['batch', 'height', 'width'] },
    nodes: [
      {
        operator: 'ReduceMean',
        inputs: ['pixel_values'],
        outputs: ['brightness'],
        attributes: { axes: [1], keepdims: 0 },
      },
      {
        operator: kind === 'glpn' ? 'Neg' : 'Identity',
        inputs: ['brightness'],
        outputs: ['predicted_depth'],
      },
    ],
  }),
});
