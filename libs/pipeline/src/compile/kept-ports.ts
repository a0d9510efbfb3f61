import type { PlanExpression } from '../plan.ts';
import type { Stage } from '../stage.ts';
import { qualified, type Level } from './scope.ts';
import { nodesIn, type NodeExpression } from './typed.ts';

/** Output ports that SQL itself looks into. They stay in the records whatever their size: see decision 0006. */
export class KeptPorts {
  /** Undefined stands for all ports of the node. */
  readonly #kept = new Map<string, Set<string | undefined>>();

  /** Only the list itself: what a list that is written down holds, is handed on without a look. */
  walkedOver(list: PlanExpression, level: Level): void {
    if ('node' in list) this.#keep(list, level);
  }

  lookedAt(expression: PlanExpression, level: Level): void {
    for (const node of nodesIn(expression)) this.#keep(node, level);
  }

  of(id: string, stage: Stage): string[] {
    const kept = this.#kept.get(id) ?? new Set();
    return Object.keys(stage.output.shape).filter((port) => kept.has(port) || kept.has(undefined));
  }

  #keep({ node, depth, path: [port] }: NodeExpression, level: Level): void {
    let at = level;
    while (at.depth > depth) at = at.parent!;
    const id = qualified(at, node);
    this.#kept.set(id, (this.#kept.get(id) ?? new Set()).add(port));
  }
}
