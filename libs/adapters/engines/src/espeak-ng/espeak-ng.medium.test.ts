import { speechSynthesiserContract, testContext } from '@intermodal/testing/engine-contracts';
import espeak from './espeak-ng.engine.ts';

speechSynthesiserContract('espeak-ng', () => espeak.open(testContext()));
