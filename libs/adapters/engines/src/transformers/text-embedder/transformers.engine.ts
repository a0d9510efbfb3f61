import { defineEngine, TextEmbedder } from '@intermodal/models';
import { DUAL_TOWER } from '../dual-tower/dual-tower.ts';
import { embedTexts } from '../text-encoder/embed-texts.ts';
import { TEXT_ENCODER } from '../text-encoder/text-encoder.ts';
import { probeFor, TransformersModel } from '../transformers-model.ts';

const TASK = 'text.embed';
const ARCHETYPES = [TEXT_ENCODER, DUAL_TOWER];

export default defineEngine(TextEmbedder, {
  name: 'transformers',
  probe: (context) => probeFor(TASK, ARCHETYPES, context),
  open: async (context) => {
    const opened = await TransformersModel.openFor(TASK, ARCHETYPES, context);
    return {
      use: { embed: (texts, { signal }) => embedTexts(opened, texts, signal) },
      model: opened.model.id,
      device: opened.device,
      close: () => opened.close(),
    };
  },
});
