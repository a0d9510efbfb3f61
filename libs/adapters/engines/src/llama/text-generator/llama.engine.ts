import { defineEngine, TextGenerator } from '@intermodal/models';
import { LlamaModel, probeFor } from '../llama-model.ts';

const TASK = 'text.chat';

export default defineEngine(TextGenerator, {
  name: 'llama',
  probe: (context) => probeFor(TASK, context),
  open: async (context) => {
    const model = await LlamaModel.openFor(TASK, context);
    return {
      use: { chat: (messages, options) => model.chat(messages, options) },
      model: model.id,
      device: model.device,
      close: () => model.close(),
    };
  },
});
