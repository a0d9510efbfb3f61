import { speechRecogniserContract, testContext } from '@intermodal/testing/engine-contracts';
import pocketsphinx from './pocketsphinx.engine.ts';

// Among the recordings of the suite are some with spaces in their names, which the decoder's own list cannot hold.
speechRecogniserContract('pocketsphinx', () => pocketsphinx.open(testContext()));
