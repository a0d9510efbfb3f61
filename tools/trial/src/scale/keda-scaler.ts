/** As a ScaledObject and the HorizontalPodAutoscaler that KEDA makes of it have them. */
export interface ScalerSettings {
  readonly min: number;
  readonly max: number;
  /** `targetValue`: what one replica is worth. */
  readonly target: number;
  /** `activationTargetValue` */
  readonly activation: number;
  readonly cooldownMs: number;
  readonly up: { readonly percent: number; readonly pods: number; readonly periodMs: number };
  readonly down: { readonly percent: number; readonly periodMs: number; readonly windowMs: number };
}

/** How far a metric may be off its target before anything is done: Kubernetes' default. */
const TOLERANCE = 0.1;

interface At {
  readonly atMs: number;
  readonly replicas: number;
}

/**
 * How many replicas there are to be, by the rules of KEDA (to and from zero) and of Kubernetes' HorizontalPodAutoscaler (from one
 * on): https://keda.sh/docs/latest/concepts/scaling-deployments/ and
 * https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details. Time is what it is told.
 */
export class KedaScaler {
  readonly #settings: ScalerSettings;
  #activeAtMs = -Infinity;
  #recommended: At[] = [];
  #added: At[] = [];
  #removed: At[] = [];

  constructor(settings: ScalerSettings) {
    this.#settings = settings;
  }

  /** @param value undefined: the address did not answer, or not with a number */
  next(nowMs: number, current: number, value: number | undefined): number {
    // Nobody knows how much there is to do: everything stays as it is.
    if (value === undefined) return current;
    const { min, max, activation, cooldownMs } = this.#settings;
    const isActive = value > activation;
    if (isActive) this.#activeAtMs = nowMs;
    // To and from zero it is KEDA that changes the number: the autoscaler's policies do not know of that.
    if (current === 0) return isActive || min > 0 ? Math.max(1, min) : 0;
    if (!isActive && min === 0 && nowMs - this.#activeAtMs > cooldownMs) return 0;
    const wanted = Math.min(max, Math.max(1, min, this.#wanted(current, value)));
    return this.#change(nowMs, current, this.#limited(nowMs, current, this.#settled(nowMs, current, wanted)));
  }

  #wanted(current: number, value: number): number {
    const { target } = this.#settings;
    const ratio = value / (target * current);
    return Math.abs(ratio - 1) <= TOLERANCE ? current : Math.ceil(value / target);
  }

  /** No smaller than anything that was wanted within the window. */
  #settled(nowMs: number, current: number, wanted: number): number {
    this.#recommended.push({ atMs: nowMs, replicas: wanted });
    this.#recommended = this.#recommended.filter(({ atMs }) => nowMs - atMs <= this.#settings.down.windowMs);
    const least = Math.max(...this.#recommended.map(({ replicas }) => replicas));
    return wanted > current ? wanted : Math.min(current, least);
  }

  /** No faster than the policies let it; a policy of one direction never moves it in the other. */
  #limited(nowMs: number, current: number, wanted: number): number {
    const { up, down } = this.#settings;
    this.#added = this.#added.filter(({ atMs }) => nowMs - atMs < up.periodMs);
    this.#removed = this.#removed.filter(({ atMs }) => nowMs - atMs < down.periodMs);
    if (wanted > current) {
      const before = current - sum(this.#added);
      const most = Math.max(before + up.pods, Math.ceil(before * (1 + up.percent / 100)));
      return Math.max(current, Math.min(wanted, most));
    }
    const before = current + sum(this.#removed);
    const least = Math.floor(before * (1 - down.percent / 100));
    return Math.min(current, Math.max(wanted, least));
  }

  #change(nowMs: number, current: number, to: number): number {
    if (to > current) this.#added.push({ atMs: nowMs, replicas: to - current });
    if (to < current) this.#removed.push({ atMs: nowMs, replicas: current - to });
    return to;
  }
}

const sum = (of: readonly At[]): number => of.reduce((total, { replicas }) => total + replicas, 0);
