import { SoundMaker, type MadeSound } from '@intermodal/models';
import { MUSICGEN, type MakeSound } from '../musicgen/musicgen.ts';
import { transformersEngine } from '../transformers-engine.ts';

export default transformersEngine(SoundMaker, 'audio.generate', [MUSICGEN], (opened) => ({
  async make(description, { seconds, seed, guidance, onProgress, signal }) {
    const request: MakeSound = { kind: 'make', description, seconds, seed, guidance };
    const onPartial = (share: unknown) => onProgress?.(share as number);
    return (await opened.call(request, { signal, onPartial })) as MadeSound;
  },
}));
