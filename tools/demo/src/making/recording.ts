import { writeFile } from 'node:fs/promises';
import { silence, speak, wav } from './voice.ts';

const SENTENCES = [
  'The weather is very nice today.',
  'Where is the train station?',
  'I would like to buy two tickets.',
  'Thank you very much.',
];
const PAUSE_SECONDS = 0.8;

/**
 * Makes a short recording of somebody who speaks.
 * @throws MissingProgramError when flite is absent
 */
export async function makeRecording(path: string, signal: AbortSignal): Promise<readonly string[]> {
  const spoken = await speak(SENTENCES, signal);
  const pause = silence(PAUSE_SECONDS, spoken[0]!.rate);
  await writeFile(path, wav([...spoken.flatMap((sound) => [pause, sound]), pause]));
  return SENTENCES;
}
