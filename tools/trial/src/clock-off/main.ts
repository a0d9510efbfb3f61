// For `node --import`: a clock that is off by `TRIAL_CLOCK_OFF_MS`, where the machine has no libfaketime.
const offMs = Number(process.env.TRIAL_CLOCK_OFF_MS ?? 0);
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...given: [] | [number]) {
    super(given.length === 0 ? RealDate.now() + offMs : given[0]);
  }
  static override now(): number {
    return RealDate.now() + offMs;
  }
} as DateConstructor;
