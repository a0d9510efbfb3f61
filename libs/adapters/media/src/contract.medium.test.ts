import { mediaToolsContract, testContext } from '@intermodal/testing/engine-contracts';
import ffmpeg from './ffmpeg.engine.ts';

mediaToolsContract('ffmpeg', () => ffmpeg.open(testContext()));
