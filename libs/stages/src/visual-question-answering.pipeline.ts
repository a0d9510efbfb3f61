import { definePipeline } from '@intermodal/pipeline';
import { languageParam } from './language.ts';

/**
 * Whoever looks may be missing: then the answer says what it would have needed. Only the colours need nothing that could be
 * missing, so that a picture which cannot be read fails the job there.
 */
export default definePipeline({
  name: 'visual-question-answering',
  version: 1,
  summary: 'Answers a question about a picture, names its evidence, and says what it cannot tell.',
  input: {
    image: { media: 'image/*', summary: 'JPEG, PNG, WebP, GIF, TIFF or BMP' },
    question: { type: 'string', description: 'In English, 8 KiB at most' },
  },
  params: {
    type: 'object',
    additionalProperties: false,
    properties: {
      language: languageParam('The language that is written in the picture'),
    },
  },
  nodes: {
    objects: { stage: 'vision.detect-objects@1', in: { image: '$input.image' }, onError: 'skip' },
    text: {
      stage: 'vision.read-text@1',
      in: { image: '$input.image' },
      params: { language: '$params.language' },
      onError: 'skip',
    },
    codes: { stage: 'vision.read-codes@1', in: { image: '$input.image' }, onError: 'skip' },
    faces: { stage: 'vision.find-faces@1', in: { image: '$input.image' }, onError: 'skip' },
    colours: {
      stage: 'vision.describe-colours@1',
      in: { image: '$input.image', objects: '$objects.objects' },
    },
    answer: {
      stage: 'text.answer@1',
      in: {
        question: '$input.question',
        picture: '$colours.picture',
        objects: '$objects.objects',
        detectable: '$objects.labels',
        scope: '$objects.scope',
        colours: '$colours.colours',
        objectColours: '$colours.objects',
        text: '$text.lines',
        codes: '$codes.codes',
        faces: '$faces.faces',
      },
    },
  },
  output: {
    answer: '$answer.answer',
    answered: '$answer.answered',
    confidence: '$answer.confidence',
    evidence: '$answer.evidence',
    'reason?': '$answer.reason',
    'objects?': '$objects.objects',
    'scope?': '$objects.scope',
    'text?': '$text.text',
    'codes?': '$codes.codes',
    'faces?': '$faces.faces',
    colours: '$colours.colours',
  },
});
