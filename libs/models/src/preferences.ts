/**
 * Which engine serves a capability: the first one that is available, in this order. A deployment overrides it by
 * `INTERMODAL_ENGINES`, e.g. `SpeechDetector=energy-gate`. `remote` is last here; naming its model in the settings chooses it.
 */
export const ENGINE_PREFERENCES = {
  MediaTools: ['ffmpeg'],
  FileFetcher: ['web'],
  SpeechDetector: ['transformers', 'silero-vad', 'energy-gate'],
  SpeakerDiariser: ['transformers'],
  SpeechRecogniser: ['transformers', 'pocketsphinx', 'remote'],
  Translator: ['transformers', 'apertium', 'remote'],
  SpeechSynthesiser: ['transformers', 'espeak-ng', 'remote'],
  SoundClassifier: ['transformers'],
  SoundTextEmbedder: ['transformers'],
  SoundMaker: ['transformers'],
  ImageTools: ['sharp'],
  ImageClassifier: ['transformers', 'onnx-classifier'],
  ObjectDetector: ['transformers', 'yolox-nano', 'starter-detector'],
  ObjectFinder: ['transformers'],
  PictureTextEmbedder: ['transformers'],
  PictureDescriber: ['transformers'],
  PictureAnswerer: ['transformers'],
  PageAnswerer: ['transformers'],
  PictureMaker: ['transformers'],
  PictureSegmenter: ['transformers'],
  DepthEstimator: ['transformers'],
  FaceFinder: ['ultraface'],
  TextReader: ['tesseract'],
  CodeReader: ['zxing'],
  Answerer: ['facts-answerer'],
  TextGenerator: ['llama', 'transformers', 'remote'],
  TextEmbedder: ['transformers', 'llama', 'remote'],
} as const satisfies Record<string, readonly string[]>;

export type CapabilityName = keyof typeof ENGINE_PREFERENCES;

/** What programs and rules provide alone: none of their engines loads a model. */
export const WITHOUT_MODELS: readonly string[] = [
  'MediaTools',
  'FileFetcher',
  'ImageTools',
  'TextReader',
  'CodeReader',
  'Answerer',
] satisfies readonly CapabilityName[];

/**
 * Engines that take many inputs in one call, of capabilities of which not all do: tasks go through these together, and each by itself through others.
 * Of capabilities that are not here, all engines do.
 */
export const TAKE_SEVERAL: Readonly<Record<string, readonly string[]>> = {
  Translator: ['transformers'],
  TextEmbedder: ['transformers'],
} satisfies Partial<Record<CapabilityName, readonly string[]>>;
