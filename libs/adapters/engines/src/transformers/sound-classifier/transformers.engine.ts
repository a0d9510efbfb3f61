import { SoundClassifier } from '@intermodal/models';
import { CLIP_CLASSIFIER, type ClassifyClips, type ClipScores } from '../clip-classifier/clip-classifier.ts';
import { heardBy } from '../clips/heard-by.ts';
import { labelsOf } from '../labels-of.ts';
import { transformersEngine } from '../transformers-engine.ts';

export default transformersEngine(SoundClassifier, 'audio.classify', [CLIP_CLASSIFIER], async (opened) => {
  const { sampleRate, longestMs } = heardBy(await opened.read('preprocessor_config.json'));
  return {
    ...{ sampleRate, longestMs, labels: labelsOf(opened) },
    async classify(clips, { signal }) {
      const request: ClassifyClips = { kind: 'classify', clips };
      return (await opened.call(request, { signal })) as ClipScores;
    },
  };
});
