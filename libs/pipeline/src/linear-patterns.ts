import { IntermodalError } from '@intermodal/contracts';
import { RE2JS } from 're2js';

/** Characters times the size of the pattern, for all patterns of one check: a second of work or two, at the very worst. */
const STEPS_PER_CHECK = 20_000_000;
/** Of all patterns of one schema. */
const SIZE_PER_SCHEMA = 10_000;

/**
 * Patterns of JSON Schemas that anybody may post. JavaScript's own try every way to match, and a short one can take for ever;
 * these walk through the text once, at the price that they look neither ahead nor back.
 */
export class LinearPatterns {
  #stepsLeft = STEPS_PER_CHECK;
  #sizeLeft = SIZE_PER_SCHEMA;

  /** Another schema is about to be compiled, or another value to be checked. */
  begin(): void {
    [this.#stepsLeft, this.#sizeLeft] = [STEPS_PER_CHECK, SIZE_PER_SCHEMA];
  }

  /** As Ajv takes it. */
  readonly engine = Object.assign((source: string) => this.#compile(source), { code: 'linearPattern' });

  #compile(source: string) {
    // Its length first: to compile a long one takes long.
    this.#spend(source.length);
    const pattern = RE2JS.compile(RE2JS.translateRegExp(source));
    const size = pattern.programSize();
    this.#spend(size);
    return {
      test: (text: string): boolean => {
        this.#stepsLeft -= size * text.length;
        if (this.#stepsLeft < 0)
          throw new IntermodalError(
            'input.too_large',
            'The texts are too long for the patterns that they are checked against; shorten either.',
          );
        return pattern.test(text);
      },
      toString: () => `/${source}/u`,
    };
  }

  #spend(size: number): void {
    this.#sizeLeft -= size;
    if (this.#sizeLeft < 0) throw new Error('its patterns are too many, too long or repeat too much');
  }
}
