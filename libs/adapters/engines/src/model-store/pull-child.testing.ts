// Pulls a model until it is killed.
import type { Model } from '@intermodal/models';
import { FolderModelStore, type FolderModelStoreOptions } from './folder-model-store.ts';

process.once('message', ({ store, model }: { store: FolderModelStoreOptions; model: Model }) => {
  void new FolderModelStore(store).pull([model], { signal: new AbortController().signal });
});
