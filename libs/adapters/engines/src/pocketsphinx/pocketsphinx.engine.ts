import { access } from 'node:fs/promises';
import { SpeechRecogniser, defineEngine } from '@intermodal/models';
import { missingPrograms } from '@intermodal/programs';
import { ENGLISH_FOLDER, PocketsphinxRecogniser } from './pocketsphinx-recogniser.ts';

/** pocketsphinx: English speech without a neural network. Weak in noise and with unknown names; the docs give figures. */
export default defineEngine(SpeechRecogniser, {
  name: 'pocketsphinx',
  probe: async () => {
    const missing = await missingPrograms(['pocketsphinx_batch']);
    const hasModel = await access(`${ENGLISH_FOLDER}/en-us.lm.bin`).then(
      () => true,
      () => false,
    );
    if (missing.length === 0 && hasModel) return { available: true };
    return {
      available: false,
      reason: 'pocketsphinx or its English model not found: apt-get install pocketsphinx pocketsphinx-en-us.',
    };
  },
  open: async (context) => {
    const recogniser = new PocketsphinxRecogniser(context);
    return { use: recogniser, model: 'en-us', device: 'cpu', close: () => recogniser.close() };
  },
});
