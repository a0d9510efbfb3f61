import type { ModelEntry } from '@intermodal/contracts';
import type { ModelStore } from '@intermodal/models';
import { storeOf } from '../store-of.ts';
import type { ModelFolder } from './model-folder.ts';

/** A store that holds one model of Transformers.js, whose networks are of one variant; removed on dispose. */
export const storeOfFolder = (
  folder: ModelFolder,
  { dtype = 'fp32', device = 'cpu', ...entry }: Partial<ModelEntry> & Partial<Variant>,
): Promise<ModelStore & AsyncDisposable> => {
  const files = Object.keys(folder)
    .filter((file) => file.includes('.onnx'))
    .map((file) => ({ file }));
  return storeOf({ engine: 'transformers', variants: [{ dtype, device, files }], ...entry }, folder);
};

type Variant = Pick<NonNullable<ModelEntry['variants']>[number], 'dtype' | 'device'>;
