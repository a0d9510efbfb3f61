import { IntermodalError } from '@intermodal/contracts';

export interface DocumentFault {
  /** Where in the document, e.g. `nodes.lines.nodes.heard.in.audio`. */
  readonly path: string;
  readonly message: string;
}

/** Collects every fault of a document, so that its author mends them in one go. */
export class FaultList {
  readonly faults: DocumentFault[] = [];

  add(path: string, message: string): void {
    this.faults.push({ path, message });
  }

  /** @throws IntermodalError `pipeline.invalid`; its sentence is the first fault, its details are all of them */
  throwIfAny(name: string): void {
    const [first] = this.faults;
    if (!first) return;
    const more = this.faults.length > 1 ? ` (and ${this.faults.length - 1} more)` : '';
    throw new IntermodalError(
      'pipeline.invalid',
      `Pipeline '${name}', ${first.path}: ${first.message}${more}`,
      {
        details: this.faults,
      },
    );
  }
}
