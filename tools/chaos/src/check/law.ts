/** What must be so after every failure. */
export const LAWS = {
  L1: 'every accepted submission has exactly one job',
  L2: 'every job is final, in the state and with the output that were predicted',
  L3: 'every task has one commit',
  L4: 'every artifact has the bytes that its record says',
  L5: 'every task was ready after all that it waits for',
  L6: 'every event has one message id, and was told under no other',
  L7: 'no lease, queue entry or scratch folder is left over',
  L8: 'no more was done again than the faults explain',
} as const;
export type Law = keyof typeof LAWS;

export interface Violation {
  /** `also`: what a scenario expects besides. */
  readonly law: Law | 'also';
  /** Names what it was seen at. */
  readonly what: string;
}
