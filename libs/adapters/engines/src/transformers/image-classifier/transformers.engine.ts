import { IntermodalError } from '@intermodal/contracts';
import { ImageClassifier, type Pixels } from '@intermodal/models';
import { sigmoid, softmax } from '../../softmax.ts';
import { CLASSIFIER, type ClassifyPictures, type PictureLogits } from '../classifier/classifier.ts';
import { labelsOf } from '../labels-of.ts';
import { transformersEngine } from '../transformers-engine.ts';

export default transformersEngine(
  ImageClassifier,
  'image.classify',
  [CLASSIFIER],
  (opened): ImageClassifier<Pixels> => {
    const labels = labelsOf(opened);
    // Of several that may all be true, each is judged by itself.
    const isEachJudged = opened.config['problem_type'] === 'multi_label_classification';
    return {
      // They see 224 to 384 pixels of the shorter edge.
      maxEdge: 768,
      labels,
      see: (image) => image,
      async classify(pictures, { signal }) {
        const request: ClassifyPictures = { kind: 'classify', pictures };
        const all = (await opened.call(request, { signal })) as PictureLogits;
        return all.map((logits) => {
          if (logits.length === labels.length) return isEachJudged ? logits.map(sigmoid) : softmax(logits);
          throw new IntermodalError(
            'model.invalid',
            `The model ${opened.model.id} gave ${logits.length} scores, and its config.json has ${labels.length} labels: pull the network and the config of one model.`,
          );
        });
      },
    };
  },
);
