import type { MediaTools } from '@intermodal/models';

/** MediaTools that does what it was told, and throws on all else. */
export function mediaToolsDouble(told: Partial<MediaTools>): MediaTools {
  const untold = (name: string) => () => Promise.reject(new Error(`The test did not say what ${name} does.`));
  return {
    probe: untold('probe'),
    extractAudio: untold('extractAudio'),
    encodeAudio: untold('encodeAudio'),
    cutAudio: untold('cutAudio'),
    joinAudio: untold('joinAudio'),
    sampleFrames: untold('sampleFrames'),
    ...told,
  };
}
