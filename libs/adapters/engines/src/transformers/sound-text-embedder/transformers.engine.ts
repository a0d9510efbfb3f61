import { SoundTextEmbedder } from '@intermodal/models';
import { unitVector } from '../../unit-vector.ts';
import { heardBy } from '../clips/heard-by.ts';
import { SOUND_TOWER, type EmbedSounds, type SoundVectors } from '../sound-tower/sound-tower.ts';
import { embedTexts } from '../text-encoder/embed-texts.ts';
import { transformersEngine } from '../transformers-engine.ts';

export default transformersEngine(SoundTextEmbedder, 'audio.embed', [SOUND_TOWER], async (opened) => {
  const { sampleRate, longestMs } = heardBy(await opened.read('preprocessor_config.json'));
  return {
    ...{ sampleRate, longestMs },
    async embedSounds(clips, { signal }) {
      const request: EmbedSounds = { kind: 'embed-sounds', clips };
      return ((await opened.call(request, { signal })) as SoundVectors).map(unitVector);
    },
    embedTexts: (texts, { signal }) => embedTexts(opened, texts, signal),
  };
});
