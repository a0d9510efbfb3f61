import { MODELS } from './models.ts';
import type { Model } from '../model.ts';

export interface Preset {
  readonly summary: string;
  readonly models: readonly Model[];
}

/** What `intermodal models pull --preset NAME` fetches. */
export const PRESETS: Readonly<Record<string, Preset>> = {
  offline: {
    summary: 'Nothing: the programs and the starter detector that are here already.',
    models: [],
  },
  'cpu-small': {
    summary: 'Small networks that two cores run well: speech detection, things, faces.',
    models: MODELS.filter(({ id }) => ['silero-vad', 'yolox-nano-coco', 'ultraface-rfb-320'].includes(id)),
  },
};
