import { defineEngine, SpeechRecogniser } from '@intermodal/models';
import { probeFor, TransformersModel } from '../transformers-model.ts';
import { CTC } from '../ctc/ctc.ts';
import { WHISPER } from '../whisper/whisper.ts';
import { TransformersRecogniser } from './transformers-recogniser.ts';

const TASK = 'speech.recognise';
const ARCHETYPES = [WHISPER, CTC];

export default defineEngine(SpeechRecogniser, {
  name: 'transformers',
  probe: (context) => probeFor(TASK, ARCHETYPES, context),
  open: async (context) => {
    const opened = await TransformersModel.openFor(TASK, ARCHETYPES, context);
    return {
      use: new TransformersRecogniser(opened),
      model: opened.model.id,
      device: opened.device,
      close: () => opened.close(),
    };
  },
});
