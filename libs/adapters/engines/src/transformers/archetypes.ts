import type { ModelTask } from '@intermodal/contracts';
import type { Archetype } from './archetype.ts';
import { CAUSAL_LM } from './causal-lm/causal-lm.ts';
import { CLASSIFIER } from './classifier/classifier.ts';
import { CLIP_CLASSIFIER } from './clip-classifier/clip-classifier.ts';
import { CTC } from './ctc/ctc.ts';
import { DEPTH } from './depth/depth.ts';
import { DETECTOR } from './detector/detector.ts';
import { DUAL_TOWER } from './dual-tower/dual-tower.ts';
import { LATENT_SPEECH } from './latent-speech/latent-speech.ts';
import { MASK_SEGMENTER } from './mask-segmenter/mask-segmenter.ts';
import { MOONSHINE } from './moonshine/moonshine.ts';
import { MULTI_MODALITY } from './multi-modality/multi-modality.ts';
import { MUSICGEN } from './musicgen/musicgen.ts';
import { OPEN_DETECTOR } from './open-detector/open-detector.ts';
import { PICTURE_GRID } from './picture-grid/picture-grid.ts';
import { PICTURE_TO_TEXT } from './picture-to-text/picture-to-text.ts';
import { SEGMENTER } from './segmenter/segmenter.ts';
import { SEQ2SEQ } from './seq2seq/seq2seq.ts';
import { SOUND_TOWER } from './sound-tower/sound-tower.ts';
import { SPEAKER_SEGMENTER } from './speaker-segmenter/speaker-segmenter.ts';
import { STYLE_SPEECH } from './style-speech/style-speech.ts';
import { TASK_WORDS } from './task-words/task-words.ts';
import { TEXT_ENCODER } from './text-encoder/text-encoder.ts';
import { VISION_LANGUAGE } from './vision-language/vision-language.ts';
import { VITS } from './vits/vits.ts';
import { WHISPER } from './whisper/whisper.ts';

export interface KnownArchetype {
  readonly archetype: Archetype;
  /** Those that an engine here serves by it. */
  readonly tasks: readonly ModelTask[];
  /** From the root of the repository: what runs a whole model of it, with weights that were made for the test. */
  readonly test: string;
}

const FOLDER = 'libs/adapters/engines/src/transformers';

/** Every kind of model that the engine `transformers` opens. For the reference. */
export const ARCHETYPES: readonly KnownArchetype[] = [
  {
    archetype: TEXT_ENCODER,
    tasks: ['text.embed'],
    test: `${FOLDER}/text-encoder/text-encoder.medium.test.ts`,
  },
  {
    archetype: SEQ2SEQ,
    tasks: ['text.translate'],
    test: `${FOLDER}/translator/translator.medium.test.ts`,
  },
  {
    archetype: CAUSAL_LM,
    tasks: ['text.chat'],
    test: `${FOLDER}/causal-lm/causal-lm.medium.test.ts`,
  },
  {
    archetype: DUAL_TOWER,
    tasks: ['image.embed', 'text.embed'],
    test: `${FOLDER}/dual-tower/dual-tower.medium.test.ts`,
  },
  {
    archetype: CLASSIFIER,
    tasks: ['image.classify'],
    test: `${FOLDER}/classifier/classifier.medium.test.ts`,
  },
  {
    archetype: DETECTOR,
    tasks: ['image.detect-objects'],
    test: `${FOLDER}/detector/detector.medium.test.ts`,
  },
  {
    archetype: OPEN_DETECTOR,
    tasks: ['image.find-objects'],
    test: `${FOLDER}/open-detector/open-detector.medium.test.ts`,
  },
  {
    archetype: PICTURE_TO_TEXT,
    tasks: ['image.describe', 'document.answer'],
    test: `${FOLDER}/picture-to-text/picture-to-text.medium.test.ts`,
  },
  {
    archetype: VISION_LANGUAGE,
    tasks: ['image.answer', 'image.describe'],
    test: `${FOLDER}/vision-language/vision-language.medium.test.ts`,
  },
  {
    archetype: PICTURE_GRID,
    tasks: ['image.answer', 'image.describe'],
    test: `${FOLDER}/picture-grid/picture-grid.medium.test.ts`,
  },
  {
    archetype: TASK_WORDS,
    tasks: ['image.describe', 'image.answer', 'image.detect-objects'],
    test: `${FOLDER}/task-words/task-words.medium.test.ts`,
  },
  {
    archetype: SEGMENTER,
    tasks: ['image.segment'],
    test: `${FOLDER}/segmenter/segmenter.medium.test.ts`,
  },
  {
    archetype: MULTI_MODALITY,
    tasks: ['image.generate', 'image.answer', 'image.describe'],
    test: `${FOLDER}/multi-modality/multi-modality.medium.test.ts`,
  },
  {
    archetype: MASK_SEGMENTER,
    tasks: ['image.segment'],
    test: `${FOLDER}/mask-segmenter/mask-segmenter.medium.test.ts`,
  },
  {
    archetype: DEPTH,
    tasks: ['image.estimate-depth'],
    test: `${FOLDER}/depth/depth.medium.test.ts`,
  },
  {
    archetype: WHISPER,
    tasks: ['speech.recognise'],
    test: `${FOLDER}/whisper/whisper.medium.test.ts`,
  },
  {
    archetype: MOONSHINE,
    tasks: ['speech.recognise'],
    test: `${FOLDER}/moonshine/moonshine.medium.test.ts`,
  },
  {
    archetype: CTC,
    tasks: ['speech.recognise'],
    test: `${FOLDER}/ctc/ctc.medium.test.ts`,
  },
  {
    archetype: SPEAKER_SEGMENTER,
    tasks: ['speech.detect', 'speech.diarise'],
    test: `${FOLDER}/speaker-segmenter/speaker-segmenter.medium.test.ts`,
  },
  {
    archetype: CLIP_CLASSIFIER,
    tasks: ['audio.classify'],
    test: `${FOLDER}/clip-classifier/clip-classifier.medium.test.ts`,
  },
  {
    archetype: SOUND_TOWER,
    tasks: ['audio.embed'],
    test: `${FOLDER}/sound-tower/sound-tower.medium.test.ts`,
  },
  {
    archetype: MUSICGEN,
    tasks: ['audio.generate'],
    test: `${FOLDER}/musicgen/musicgen.medium.test.ts`,
  },
  {
    archetype: VITS,
    tasks: ['speech.synthesise'],
    test: `${FOLDER}/vits/vits.medium.test.ts`,
  },
  {
    archetype: STYLE_SPEECH,
    tasks: ['speech.synthesise'],
    test: `${FOLDER}/style-speech/style-speech.medium.test.ts`,
  },
  {
    archetype: LATENT_SPEECH,
    tasks: ['speech.synthesise'],
    test: `${FOLDER}/latent-speech/latent-speech.medium.test.ts`,
  },
];
