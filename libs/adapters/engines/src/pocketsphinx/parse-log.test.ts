import { describe, expect, it } from 'vitest';
import { parseLog } from './parse-log.ts';

const table = `INFO: batch.c(729): Decoding 'utterance-1'
INFO: cmn.c(133): CMN: 61.32 24.18
word                 start end   pprob ascr       lscr       lback
<s>                  0     3     1.000 -169984    0          1  
brooklyn(2)          4     30    0.017 -862208    -677       2  
++BREATH++           31    36    0.024 -329728    -196       3  
room's               37    71    0.041 -1561600   -225       3  
</s>                 72    82    1.000 -1561600   -133       2  
`;
const end = 'INFO: batch.c(760): utterance-1: 0.83 seconds speech, 1.05 seconds CPU, 1.06 seconds wall\n';

describe('parseLog', () => {
  it('waits for the last line, all of it', () => {
    expect(parseLog(table)).toBeUndefined();
    expect(parseLog(table + end.trim())).toBeUndefined();
  });

  it('gives words with their times, and neither pauses nor breath', () => {
    expect(parseLog(table + end)).toEqual({
      text: "brooklyn room's",
      words: [
        { text: 'brooklyn', startMs: 40, endMs: 310 },
        { text: "room's", startMs: 370, endMs: 720 },
      ],
    });
  });

  it('hears nothing in nothing', () => {
    expect(parseLog(end)).toEqual({ text: '', words: [] });
  });
});
