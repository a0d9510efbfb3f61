import { SpeechDetector, defineEngine, sileroVad } from '@intermodal/models';
import { OnnxModel } from '../onnx/onnx-model.ts';
import { SileroDetector, WARM_UP } from './silero-detector.ts';

/** Silero VAD, a small recurrent network, in a process of its own. There when the model store holds it. */
export default defineEngine(SpeechDetector, {
  name: 'silero-vad',
  probe: async ({ models }) =>
    (await models.find(sileroVad))
      ? { available: true }
      : { available: false, reason: 'the model silero-vad is not here: intermodal models pull silero-vad.' },
  open: async ({ models, hosts }) => {
    const files = await models.find(sileroVad);
    if (!files) throw new Error('The model silero-vad went away between probe and open.');
    const path = files['model.onnx']!;
    // Steps of 32 ms: the way to a graphics card and back would take longer than they do.
    const model = await OnnxModel.open(hosts, {
      ...{ name: sileroVad.id, path, warmUp: WARM_UP, memoryBytes: sileroVad.memoryBytes },
      device: 'cpu',
    });
    return {
      use: new SileroDetector(model),
      model: sileroVad.id,
      device: model.device,
      close: () => model.close(),
    };
  },
});
