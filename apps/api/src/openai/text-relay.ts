/**
 * Passes on a text while it is being written. Pieces may be lost, and a try may begin anew with another text: what was passed on is always
 * the beginning of one text, and the rest comes with the end.
 */
export class TextRelay {
  #sent = '';
  #attempt = 0;
  #text = '';
  #next = 0;
  #isWhole = true;

  /** @returns what can be passed on now */
  take(attempt: number, index: number, text: string): string {
    if (attempt < this.#attempt) return '';
    if (attempt > this.#attempt)
      [this.#attempt, this.#text, this.#next, this.#isWhole] = [attempt, '', 0, true];
    // A piece that came after a lost one could stand anywhere.
    this.#isWhole &&= index === this.#next;
    if (!this.#isWhole) return '';
    this.#next = index + 1;
    this.#text += text;
    return this.#text.startsWith(this.#sent) ? this.#pass(this.#text) : '';
  }

  /**
   * @param whole the text as it is on record
   * @returns what is left to be passed on; undefined when something else was passed on before
   */
  end(whole: string): string | undefined {
    return whole.startsWith(this.#sent) ? this.#pass(whole) : undefined;
  }

  #pass(text: string): string {
    const rest = text.slice(this.#sent.length);
    this.#sent = text;
    return rest;
  }
}
