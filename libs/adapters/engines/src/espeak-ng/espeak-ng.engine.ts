import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { IntermodalError } from '@intermodal/contracts';
import { SpeechSynthesiser, defineEngine, readWavLayout, wavHeader } from '@intermodal/models';
import { missingPrograms, runProgram } from '@intermodal/programs';

const SAMPLE_RATE = 22_050;

/** espeak-ng: some 130 languages by rule, one process for each text. */
export default defineEngine(SpeechSynthesiser, {
  name: 'espeak-ng',
  probe: async () => {
    const missing = await missingPrograms(['espeak-ng']);
    if (missing.length === 0) return { available: true };
    return { available: false, reason: 'espeak-ng not found: apt-get install espeak-ng.' };
  },
  open: async () => ({ use: { speak }, device: 'cpu', close: async () => {} }),
});

async function speak(
  text: string,
  path: string,
  options: { language: string; signal: AbortSignal },
): Promise<void> {
  const voice = await voiceOf(options.language, options.signal);
  // A text without a letter or digit has nothing to say; espeak-ng would breathe for a second, or write no file.
  if (!/[\p{L}\p{N}]/u.test(text))
    return writeFile(path, wavHeader({ sampleRate: SAMPLE_RATE, channels: 1, dataBytes: 0 }));
  // -w and not --stdout, which leaves a wrong length. The text goes by stdin, so that no text is taken for an option.
  const args = ['-v', voice, '-b', '1', '-w', resolve(path), '--stdin'];
  const result = await runProgram('espeak-ng', args, { input: plain(text), signal: options.signal });
  if (result.exitCode !== 0) {
    throw new IntermodalError('stage.crashed', `espeak-ng ended with code ${result.exitCode}.`, {
      cause: new Error(result.stderr),
    });
  }
  await readWavLayout(path);
}

/** espeak-ng reads what stands in [[ ]] as phonemes; people do not write those. */
const plain = (text: string): string => text.replaceAll('[[', '[ [').replaceAll('\0', ' ');

let voices: Promise<readonly string[]> | undefined;

/** The voice of a language: `es` is there as it is; `en` is any of `en-gb`, `en-us`, whichever espeak-ng prefers. */
async function voiceOf(language: string, signal: AbortSignal): Promise<string> {
  voices ??= listVoices().catch((error: unknown) => {
    voices = undefined;
    throw error;
  });
  const known = await voices;
  signal.throwIfAborted();
  const wanted = language.toLowerCase();
  if (known.some((voice) => voice === wanted || voice.startsWith(`${wanted}-`))) return wanted;
  if (wanted === 'zh' && known.includes('cmn')) return 'cmn';
  const names = [...new Set(known.map((voice) => voice.split('-')[0]!))].sort();
  throw new IntermodalError(
    'language.unsupported',
    `There is no voice for '${language}' here; there is one for ${names.join(', ')}.`,
  );
}

async function listVoices(): Promise<readonly string[]> {
  const { stdout } = await runProgram('espeak-ng', ['--voices'], { signal: new AbortController().signal });
  return stdout
    .split('\n')
    .slice(1)
    .flatMap((line) => line.trim().split(/\s+/)[1]?.toLowerCase() ?? []);
}
