import { openAsBlob } from 'node:fs';
import { IntermodalError } from '@intermodal/contracts';
import {
  SpeechRecogniser,
  durationMsOf,
  speechWavLayout,
  type RecogniseOptions,
  type Recognition,
} from '@intermodal/models';
import { isSilent } from '../../silence.ts';
import { defineRemoteEngine } from '../define-remote-engine.ts';
import type { Remote } from '../remote.ts';
import { Transcription, languageCalled, recognitionOf } from './recognition-of.ts';

const ANSWER_MAX_BYTES = 16 * 1024 ** 2;
/** No word is shorter, and OpenAI refuses what is. */
const SHORTEST_MS = 100;

/** A speech model behind `/audio/transcriptions`, Whisper for example. */
export default defineRemoteEngine(
  SpeechRecogniser,
  'INTERMODAL_REMOTE_SPEECH_RECOGNISER',
  (remote): SpeechRecogniser => ({ transcribe: (path, options) => transcribe(remote, path, options) }),
);

async function transcribe(
  remote: Remote,
  path: string,
  { language, signal }: RecogniseOptions,
): Promise<Recognition> {
  signal.throwIfAborted();
  const { languages, model } = remote.server;
  if (language !== null && !languages.includes(language))
    throw new IntermodalError(
      'language.unsupported',
      `Speech is not recognised in '${language}' here; it is in ${languages.join(', ')}.`,
    );
  const durationMs = durationMsOf(await speechWavLayout(path));
  if (durationMs < SHORTEST_MS || (await isSilent(path, signal))) return { text: '', words: [] };
  const form = new FormData();
  form.set('file', await openAsBlob(path, { type: 'audio/wav' }), 'speech.wav');
  form.set('model', model);
  if (language !== null) form.set('language', language);
  form.set('response_format', 'verbose_json');
  form.append('timestamp_granularities[]', 'word');
  form.append('timestamp_granularities[]', 'segment');
  const request = { path: '/audio/transcriptions', body: form, signal, hidden: [] };
  const answer = await remote.ask({ ...request, maxBytes: ANSWER_MAX_BYTES });
  remote.logUsage(answer, { audioSeconds: durationMs / 1000 });
  const told = remote.parse(answer, Transcription);
  const heard = recognitionOf(told, durationMs);
  const spoken = language ?? languageCalled(told.language, languages);
  return heard.text === '' || spoken === undefined ? heard : { ...heard, language: spoken };
}
