import { z } from 'zod';
import { setting, wholeNumber } from './setting.ts';

const DEVICES = ['auto', 'cpu', 'cuda'] as const;

/** Where a worker runs models, and what they may take. */
export const modelHostSettings = {
  device: setting(
    {
      variable: 'INTERMODAL_DEVICE',
      description:
        'Where models run: cuda, cpu, or auto, which takes the graphics card when a network can be opened on it. ' +
        'A worker that is told cuda refuses to start without it.',
      example: 'cuda',
    },
    z.enum(DEVICES, { error: 'expected auto, cpu or cuda' }).default('auto'),
  ),
  modelMemoryBytes: setting(
    {
      variable: 'INTERMODAL_MODEL_MEMORY_BYTES',
      description:
        'What the loaded models of one worker process may take of main memory, in bytes; left out, a quarter of the memory of the machine or ' +
        'container. Models that are not running leave for others; one that outgrows it is ended. Workers on one machine add up: docs/models.md.',
      example: '4000000000',
    },
    wholeNumber(1, 2 ** 46).optional(),
  ),
  cudaMemoryBytes: setting(
    {
      variable: 'INTERMODAL_CUDA_MEMORY_BYTES',
      description:
        'The same for the memory of the graphics card, by twice the size of their weights, because that memory is not measured; no limit when left out.',
      example: '20000000000',
    },
    wholeNumber(1, 2 ** 46).optional(),
  ),
  modelIdleMs: setting(
    {
      variable: 'INTERMODAL_MODEL_IDLE_MS',
      description: 'A model that is not used for so long is put out of memory, in milliseconds.',
      example: '60000',
    },
    wholeNumber(1, 2 ** 31 - 1).default(600_000),
  ),
  modelsPinned: setting(
    {
      variable: 'INTERMODAL_MODELS_PINNED',
      description:
        'Models, by id and joined by commas, that are loaded when a worker that uses them starts, and stay.',
      example: 'silero-vad,yolox-nano-coco',
    },
    z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]*(\s*,\s*[a-z0-9][a-z0-9.-]*)*$/, 'expected ids of models, joined by commas')
      .transform((text) => text.split(',').map((id) => id.trim()))
      .optional(),
  ),
};
