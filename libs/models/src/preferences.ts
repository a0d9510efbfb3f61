/**
 * Which engine serves a capability: the first one that is available, in this order. A deployment overrides it by
 * `INTERMODAL_ENGINES`, e.g. `SpeechDetector=energy-gate`.
 */
export const ENGINE_PREFERENCES = {
  MediaTools: ['ffmpeg'],
  SpeechDetector: ['silero-vad', 'energy-gate'],
  SpeechRecogniser: ['pocketsphinx'],
  Translator: ['apertium'],
  SpeechSynthesiser: ['espeak-ng'],
  ImageTools: ['sharp'],
  ImageClassifier: ['onnx-classifier'],
  ObjectDetector: ['yolox-nano', 'starter-detector'],
  FaceFinder: ['ultraface'],
  TextReader: ['tesseract'],
  CodeReader: ['zxing'],
  Answerer: ['facts-answerer'],
} as const satisfies Record<string, readonly string[]>;

export type CapabilityName = keyof typeof ENGINE_PREFERENCES;
