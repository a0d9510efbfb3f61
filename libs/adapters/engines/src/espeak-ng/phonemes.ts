import { IntermodalError } from '@intermodal/contracts';
import { runProgram } from '@intermodal/programs';

/**
 * How a text is said, in IPA, by the rules of espeak-ng; letters of one sound are tied by ^. Signs between words are not in it.
 * @param voice as espeak-ng names it, e.g. `en-us`
 */
export async function phonemesOf(text: string, voice: string, signal: AbortSignal): Promise<string> {
  // By stdin, so that no text is taken for an option; what stands in [[ ]] it would read as phonemes.
  const input = text.replaceAll('[[', '[ [').replaceAll('\0', ' ');
  const args = ['-q', '--ipa', '--tie=^', '-v', voice, '-b', '1', '--stdin'];
  const result = await runProgram('espeak-ng', args, { input, signal });
  if (result.exitCode !== 0)
    throw new IntermodalError('stage.crashed', `espeak-ng ended with code ${result.exitCode}.`, {
      cause: new Error(result.stderr),
    });
  return (
    result.stdout
      // Words of another language stand between such as (en) and (fr).
      .replaceAll(/\([a-z-]+\)/g, '')
      .replaceAll(/\s+/g, ' ')
      .trim()
  );
}
