import { writeFile } from 'node:fs/promises';
import { IntermodalError } from '@intermodal/contracts';
import { SpeechSynthesiser, wavHeader } from '@intermodal/models';
import { defineRemoteEngine } from '../define-remote-engine.ts';
import type { Remote } from '../remote.ts';
import { plainWav } from './plain-wav.ts';

/** 46 minutes at 24 kHz. */
const ANSWER_MAX_BYTES = 128 * 1024 ** 2;
/** What OpenAI speaks at; only files without a sample have it from here. */
const SAMPLE_RATE = 24_000;

/** A voice behind `/audio/speech`. */
export default defineRemoteEngine(
  SpeechSynthesiser,
  'INTERMODAL_REMOTE_SPEECH_SYNTHESISER',
  (remote): SpeechSynthesiser => ({ speak: (text, path, options) => speak(remote, text, path, options) }),
);

async function speak(
  remote: Remote,
  text: string,
  path: string,
  { language, signal }: { language: string; signal: AbortSignal },
): Promise<void> {
  signal.throwIfAborted();
  const { languages, model, voices = {} } = remote.server;
  const voice = voices[language] ?? voices['*'];
  if (!languages.includes(language) || voice === undefined)
    throw new IntermodalError(
      'language.unsupported',
      `There is no voice for '${language}' here; there is one for ${languages.join(', ')}.`,
    );
  if (!/[\p{L}\p{N}]/u.test(text))
    return writeFile(path, wavHeader({ sampleRate: SAMPLE_RATE, channels: 1, dataBytes: 0 }));
  const input = text.replaceAll('\0', ' ');
  const answer = await remote.ask({
    path: '/audio/speech',
    body: { model, input, voice, response_format: 'wav' },
    signal,
    maxBytes: ANSWER_MAX_BYTES,
    hidden: [input],
  });
  remote.logUsage(answer, { characters: [...input].length });
  const wav = plainWav(answer.bytes);
  if (!wav) throw remote.invalid('what is no mono 16-bit WAV');
  await writeFile(path, wav);
}
