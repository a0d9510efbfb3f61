import { runnerAddress } from '../../hosts/runner.ts';
import { TOKENIZER, type Archetype } from '../archetype.ts';
import type { TranscribeClips } from '../clips/requests.ts';

/** A network that gives a letter or a piece of a word, or none, for each 20 or 80 ms of speech (connectionist temporal classification). */
export const CTC: Archetype = {
  name: 'speech model that writes frame by frame',
  modelTypes: ['wav2vec2', 'wav2vec2-bert', 'hubert', 'unispeech', 'unispeech-sat', 'wavlm', 'parakeet_ctc'],
  classes: /ForCTC$/,
  files: [...TOKENIZER, 'preprocessor_config.json'],
  runner: runnerAddress(import.meta.url, './ctc-runner'),
  warmUp: { kind: 'transcribe', clips: [new Float32Array(1_600)] } satisfies TranscribeClips,
};
