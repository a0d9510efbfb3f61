const MINUTES = 24 * 60;
/** When most is asked for. */
export const BUSIEST_MINUTE = 14 * 60;

/**
 * How much of a day's jobs come in each of its minutes; together 1. The shape of a von Mises distribution: steeper for a greater ratio.
 * @param peak the busiest hour beside the mean hour, 1 to 12
 */
export function shapeOfDay(peak: number): Float64Array {
  // The ratio grows with the concentration: halved until it fits.
  let [low, high] = [0, 50];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (peakOf(dayOf(middle)) < peak) low = middle;
    else high = middle;
  }
  return dayOf(low);
}

/** The busiest hour beside the mean one. */
export function peakOf(day: Float64Array): number {
  let most = 0;
  for (let at = BUSIEST_MINUTE - 30; at < BUSIEST_MINUTE + 30; at++) most += day[at]!;
  return most * 24;
}

function dayOf(concentration: number): Float64Array {
  const day = Float64Array.from({ length: MINUTES }, (_, minute) =>
    Math.exp(concentration * (Math.cos(((minute - BUSIEST_MINUTE) / MINUTES) * 2 * Math.PI) - 1)),
  );
  const sum = day.reduce((total, one) => total + one, 0);
  return day.map((one) => one / sum);
}
