import { SpeechRecogniser } from '@intermodal/models';
import { transformersEngine } from '../transformers-engine.ts';
import { CTC } from '../ctc/ctc.ts';
import { MOONSHINE } from '../moonshine/moonshine.ts';
import { WHISPER } from '../whisper/whisper.ts';
import { TransformersRecogniser } from './transformers-recogniser.ts';

export default transformersEngine(
  SpeechRecogniser,
  'speech.recognise',
  [WHISPER, MOONSHINE, CTC],
  (opened) => new TransformersRecogniser(opened),
);
