import { TextEmbedder } from '@intermodal/models';
import { DUAL_TOWER } from '../dual-tower/dual-tower.ts';
import { embedTexts } from '../text-encoder/embed-texts.ts';
import { TEXT_ENCODER } from '../text-encoder/text-encoder.ts';
import { transformersEngine } from '../transformers-engine.ts';

export default transformersEngine(TextEmbedder, 'text.embed', [TEXT_ENCODER, DUAL_TOWER], (opened) => ({
  embed: (texts, { signal }) => embedTexts(opened, texts, signal),
}));
