import { MODELS } from './models.ts';
import type { Model } from '../model.ts';

export interface Preset {
  readonly summary: string;
  readonly models: readonly Model[];
  /** The variant of all of them; the first one of each when left out. */
  readonly variant?: string;
}

/** What `intermodal models pull --preset NAME` fetches: models at a known commit, whose licence allows use for money. */
export const PRESETS: Readonly<Record<string, Preset>> = {
  offline: {
    summary: 'Nothing: the programs and the starter detector that are here already.',
    models: [],
  },
  'cpu-small': {
    summary: 'Small networks that two cores run well: speech detection, things, faces, vectors of sentences.',
    models: modelsOf('silero-vad', 'yolox-nano-coco', 'ultraface-rfb-320', 'all-minilm-l6-v2'),
  },
  gpu: {
    summary: 'For a graphics card: things in photographs, answers about pictures, vectors of sentences.',
    models: modelsOf('detr-resnet-50', 'smolvlm-256m-instruct', 'all-minilm-l6-v2'),
    variant: 'fp32-cuda',
  },
};

function modelsOf(...ids: readonly string[]): readonly Model[] {
  return MODELS.filter(({ id }) => ids.includes(id));
}
