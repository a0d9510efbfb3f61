import { runnerAddress } from '../../hosts/runner.ts';
import { TOKENIZER, type Archetype } from '../archetype.ts';
import { VISION_LANGUAGE } from '../vision-language/vision-language.ts';

/** A vision-language model that sees a picture as a grid of tokens, as many as fit its size, each of which has three positions. */
export const PICTURE_GRID: Archetype = {
  name: 'vision-language model of Qwen’s kind',
  modelTypes: ['qwen2_vl', 'qwen2_5_vl', 'qwen3_vl'],
  files: ['preprocessor_config.json', ...TOKENIZER],
  runner: runnerAddress(import.meta.url, './picture-grid-runner'),
  warmUp: VISION_LANGUAGE.warmUp,
};
