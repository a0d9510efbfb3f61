/**
 * What a stage needs, as an interface with a name. A stage lists capabilities; a worker opens one engine for each and
 * hands the opened engine to `run`. The interfaces stand in one file each beside this one.
 */
export interface Capability<Interface> {
  readonly name: string;
  /** Only for the compiler: an opened engine of this capability. */
  readonly __interface?: Interface;
}

export const defineCapability = <Interface>(name: string): Capability<Interface> => ({ name });

export type InterfaceOf<C> = C extends Capability<infer Interface> ? Interface : never;
