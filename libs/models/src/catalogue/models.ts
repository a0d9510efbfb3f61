import type { Model } from '../model.ts';
import { PICTURE_MODELS } from './picture.models.ts';
import sileroVad from './silero-vad.model.ts';
import { SOUND_MODELS } from './sound.models.ts';
import { SPEECH_MODELS } from './speech.models.ts';
import { TEXT_MODELS } from './text.models.ts';
import ultrafaceRfb320 from './ultraface-rfb-320.model.ts';
import yoloxNanoCoco from './yolox-nano-coco.model.ts';

/** Every model that is shipped: first those that engines here open by themselves, then those that nobody has run here. */
export const MODELS: readonly Model[] = [
  ...[sileroVad, yoloxNanoCoco, ultrafaceRfb320],
  ...[...SPEECH_MODELS, ...SOUND_MODELS, ...TEXT_MODELS, ...PICTURE_MODELS],
];
