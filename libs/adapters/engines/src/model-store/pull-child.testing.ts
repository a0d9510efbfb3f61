// Pulls a model until it is killed.
import type { Model } from '@intermodal/models';
import { FolderModelStore } from './folder-model-store.ts';

process.once('message', ({ folder, model }: { folder: string; model: Model }) => {
  void new FolderModelStore({ folder }).pull([model], { signal: new AbortController().signal });
});
