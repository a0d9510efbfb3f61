/**
 * The nodes by which pipelines hear what is said in `$input.audio`, line by line. They are part of published documents: what
 * they are today stays, and what is to be different is written beside them.
 * @param language a reference
 * @param more nodes for each line, beside `heard`, and what is collected of it, beside its times
 */
export const heardLines = (language: string, more: { nodes?: object; collect: Record<string, string> }) => ({
  sound: { stage: 'media.extract-audio@1', in: { media: '$input.audio' } },
  speech: { stage: 'speech.detect-activity@1', in: { audio: '$sound.audio' } },
  lines: {
    each: '$speech.segments',
    as: 'segment',
    nodes: {
      heard: { stage: 'speech.transcribe@1', in: { audio: '$segment.audio' }, params: { language } },
      ...more.nodes,
    },
    collect: { startMs: '$segment.startMs', endMs: '$segment.endMs', ...more.collect },
  },
});

/** The same, each line also put into the language `$params.to`. @param change of the node that does it */
export const translatedLines = (change: object = {}) =>
  heardLines('$params.from', {
    nodes: {
      said: {
        stage: 'text.translate@1',
        in: { text: '$heard.text' },
        params: { from: '$params.from', to: '$params.to' },
        ...change,
      },
    },
    collect: { heard: '$heard.text', said: '$said.text' },
  });
