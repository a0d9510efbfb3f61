/** Series of a rule's test, in the notation of promtool: one value a minute. */
export interface Scene {
  readonly series: Readonly<Record<string, string>>;
  /** When it is looked, in minutes. */
  readonly atMinutes: number;
}

export interface Alert {
  /** Also the name of its page: `docs/runbooks/<name>.md`. */
  readonly name: string;
  /** critical: work stands still or is refused, somebody gets up. warning: somebody looks tomorrow. */
  readonly severity: 'critical' | 'warning';
  readonly expr: string;
  /** How long it must hold, as Prometheus writes it. */
  readonly holdsFor: string;
  /** One sentence with the labels of the alert. */
  readonly summary: string;
  /** It fires in this scene, once. */
  readonly fires: Scene;
  /** It must be silent in these, each by what it shows. */
  readonly silent: Readonly<Record<string, Scene>>;
}
