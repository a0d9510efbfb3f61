import { CodeReader, defineEngine } from '@intermodal/models';
import { CodeThread } from './code-thread.ts';

/** ZXing-C++ as WebAssembly, in a thread of its own: its program comes with the package, nothing is downloaded. */
export default defineEngine(CodeReader, {
  name: 'zxing',
  probe: async () => ({ available: true }),
  open: async () => {
    const thread = new CodeThread();
    return {
      use: { read: (image, { signal }) => thread.read(image, signal) },
      device: 'cpu',
      close: () => thread.close(),
    };
  },
});
