import { testContext, textReaderContract } from '@intermodal/testing/engine-contracts';
import tesseract from './tesseract.engine.ts';

textReaderContract('tesseract', () => tesseract.open(testContext()));
