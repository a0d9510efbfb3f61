/** A part of a text: what is to be translated by itself, or what stands between. */
export interface Part {
  readonly text: string;
  readonly isSentence: boolean;
}

/** Translators are trained on sentences. Together the parts are the text; what is between them, lines too, stays as it is. */
export function sentencesOf(text: string, language: string): readonly Part[] {
  const segmenter = new Intl.Segmenter(language, { granularity: 'sentence' });
  return text.split(/(\s*\n\s*)/).flatMap((line, i) => {
    if (i % 2 === 1) return [{ text: line, isSentence: false }];
    return [...segmenter.segment(line)].flatMap(({ segment }) => {
      const [, before, sentence, after] = /^(\s*)(.*?)(\s*)$/s.exec(segment)! as unknown as string[];
      return [
        { text: before!, isSentence: false },
        { text: sentence!, isSentence: true },
        { text: after!, isSentence: false },
      ].filter((part) => part.text !== '');
    });
  });
}
