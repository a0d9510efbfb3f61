import type { Model } from '../model.ts';
import sileroVad from './silero-vad.model.ts';
import ultrafaceRfb320 from './ultraface-rfb-320.model.ts';
import yoloxNanoCoco from './yolox-nano-coco.model.ts';

/** Every model that an engine we ship may open; `intermodal models` lists, pulls and verifies these. */
export const MODELS: readonly Model[] = [sileroVad, yoloxNanoCoco, ultrafaceRfb320];
