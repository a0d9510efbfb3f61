import type { ArtifactStore, Metrics } from '@intermodal/pipeline';

/** The same store; what goes into it and what is asked of it is counted. Bytes that go past this process are not. */
export function countedStore(store: ArtifactStore, metrics: Metrics): ArtifactStore {
  return {
    async put(...given) {
      const stored = await store.put(...given);
      metrics.count('intermodal_artifact_bytes_total', { direction: 'out' }, stored.bytes);
      return stored;
    },
    async open(id, options) {
      const opened = await store.open(id, options);
      const { range } = options;
      const bytes = range ? Math.min(range.last, opened.bytes - 1) - range.first + 1 : opened.bytes;
      metrics.count('intermodal_artifact_bytes_total', { direction: 'in' }, bytes);
      return opened;
    },
    delete: (...given) => store.delete(...given),
    list: (...given) => store.list(...given),
    databases: () => store.databases(),
    addDatabase: (...given) => store.addDatabase(...given),
    direct: store.direct,
    check: () => store.check(),
    close: () => store.close(),
  };
}
