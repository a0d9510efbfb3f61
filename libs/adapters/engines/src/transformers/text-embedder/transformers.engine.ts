import { defineEngine, TextEmbedder } from '@intermodal/models';
import { unitVector } from '../../unit-vector.ts';
import { TEXT_ENCODER, type EmbeddedTexts, type EmbedTexts } from '../text-encoder/text-encoder.ts';
import { probeFor, TransformersModel } from '../transformers-model.ts';

const TASK = 'text.embed';
const ARCHETYPES = [TEXT_ENCODER];

export default defineEngine(TextEmbedder, {
  name: 'transformers',
  probe: (context) => probeFor(TASK, ARCHETYPES, context),
  open: async (context) => {
    const opened = await TransformersModel.openFor(TASK, ARCHETYPES, context);
    return {
      use: {
        async embed(texts, { signal }) {
          const request: EmbedTexts = { kind: 'embed', texts };
          const { vectors, tokens } = (await opened.call(request, { signal })) as EmbeddedTexts;
          return { vectors: vectors.map(unitVector), tokens };
        },
      },
      model: opened.model.id,
      device: opened.device,
      close: () => opened.close(),
    };
  },
});
