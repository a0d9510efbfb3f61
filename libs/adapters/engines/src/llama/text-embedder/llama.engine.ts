import { defineEngine, TextEmbedder } from '@intermodal/models';
import { LlamaModel, probeFor } from '../llama-model.ts';

const TASK = 'text.embed';

export default defineEngine(TextEmbedder, {
  name: 'llama',
  probe: (context) => probeFor(TASK, context),
  open: async (context) => {
    const model = await LlamaModel.openFor(TASK, context);
    return {
      use: { embed: (texts, { signal }) => model.embed(texts, signal) },
      model: model.id,
      device: model.device,
      close: () => model.close(),
    };
  },
});
