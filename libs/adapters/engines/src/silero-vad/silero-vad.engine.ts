import { SpeechDetector, defineEngine, sileroVad } from '@intermodal/models';
import { ModelHost } from '../onnx/model-host.ts';
import { SileroDetector } from './silero-detector.ts';

/** Silero VAD, a small recurrent network, in a process of its own. There when the model store holds it. */
export default defineEngine(SpeechDetector, {
  name: 'silero-vad',
  probe: async ({ models }) =>
    (await models.find(sileroVad))
      ? { available: true }
      : { available: false, reason: 'the model silero-vad is not here: intermodal models pull silero-vad.' },
  open: async ({ models, threads }) => {
    const files = await models.find(sileroVad);
    if (!files) throw new Error('The model silero-vad went away between probe and open.');
    const host = new ModelHost({ name: sileroVad.id, modelPath: files['model.onnx']!, threads });
    return { use: new SileroDetector(host), model: sileroVad.id, device: 'cpu', close: () => host.close() };
  },
});
