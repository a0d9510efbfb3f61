import type { RecognisedWord } from '@intermodal/models';

/** Pieces of speech, for any model that writes down what is said. */
export interface TranscribeClips {
  readonly kind: 'transcribe';
  /** 16 kHz, each no longer than the model hears. */
  readonly clips: readonly Float32Array[];
  /** ISO 639-1; left out, the model finds out. */
  readonly language?: string | undefined;
}

export interface TranscribedClips {
  /** In the order of the clips. */
  readonly clips: readonly TranscribedClip[];
}

export interface TranscribedClip {
  /** Null where the model does not tell. */
  readonly language: string | null;
  /** Empty when nothing was said. */
  readonly text: string;
  /** Times from the beginning of the clip. */
  readonly words: readonly RecognisedWord[];
}

/** Which languages a model hears. */
export interface NameLanguages {
  readonly kind: 'languages';
}

export interface NamedLanguages {
  /** Null where the model does not know itself. */
  readonly languages: readonly string[] | null;
}
