import { IntermodalError } from '@intermodal/contracts';
import {
  speechWavLayout,
  type RecogniseOptions,
  type Recognition,
  type RecognisedWord,
  type SpeechRecogniser,
} from '@intermodal/models';
import type { NamedLanguages, NameLanguages, TranscribeClips, TranscribedClips } from '../clips/requests.ts';
import type { TransformersModel } from '../transformers-model.ts';
import { speechWindows, type SpeechWindow } from './speech-windows.ts';

/** Windows of one recording that are handed to the model in one call. */
const AT_ONCE = 4;

/** Speech by any model of Transformers.js that writes down clips: recordings of any length, window by window. */
export class TransformersRecogniser implements SpeechRecogniser {
  readonly #model: Pick<TransformersModel, 'model' | 'call'>;
  #languages: readonly string[] | undefined;

  constructor(model: Pick<TransformersModel, 'model' | 'call'>) {
    this.#model = model;
  }

  async transcribe(path: string, { language, signal }: RecogniseOptions): Promise<Recognition> {
    signal.throwIfAborted();
    if (language !== null) await this.#check(language, signal);
    await speechWavLayout(path);
    const texts: string[] = [];
    const words: RecognisedWord[] = [];
    // What the first words were said in, the rest is: a window of a few words is easily taken for another language.
    let spoken = language ?? undefined;
    for await (const windows of inGroups(speechWindows(path, signal), () =>
      spoken === undefined ? 1 : AT_ONCE,
    )) {
      const request: TranscribeClips = {
        ...{ kind: 'transcribe', language: spoken },
        clips: windows.map(({ samples }) => samples),
      };
      const { clips } = (await this.#model.call(request, { signal })) as TranscribedClips;
      for (const [i, clip] of clips.entries()) {
        if (clip.text === '') continue;
        spoken ??= clip.language ?? undefined;
        texts.push(clip.text);
        const { startMs } = windows[i]!;
        words.push(
          ...clip.words.map((it) => ({ ...it, startMs: it.startMs + startMs, endMs: it.endMs + startMs })),
        );
      }
    }
    return {
      text: texts.join(' '),
      words,
      ...(texts.length > 0 && spoken !== undefined && { language: spoken }),
    };
  }

  /** @throws IntermodalError `language.unsupported` */
  async #check(language: string, signal: AbortSignal): Promise<void> {
    const { id, languages: described } = this.#model.model;
    const known = described.length > 0 ? described : await this.#knownToModel(signal);
    if (known.includes(language)) return;
    throw new IntermodalError(
      'language.unsupported',
      known.length > 0
        ? `The model ${id} does not hear the language '${language}': it hears ${known.join(', ')}.`
        : `Nobody says which languages the model ${id} hears, and '${language}' was asked for: name them under "languages" of the model.`,
    );
  }

  async #knownToModel(signal: AbortSignal): Promise<readonly string[]> {
    if (this.#languages) return this.#languages;
    const request: NameLanguages = { kind: 'languages' };
    const { languages } = (await this.#model.call(request, { signal })) as NamedLanguages;
    return (this.#languages = languages ?? []);
  }
}

async function* inGroups(
  windows: AsyncIterable<SpeechWindow>,
  most: () => number,
): AsyncGenerator<SpeechWindow[]> {
  let group: SpeechWindow[] = [];
  for await (const window of windows) {
    group.push(window);
    if (group.length < most()) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
