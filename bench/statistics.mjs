// Medians, their 95 % intervals, and ratios of medians.

const RESAMPLES = 10_000;
const CONFIDENCE = 0.95;

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The index of the value that is closest to the median. */
export function medianIndex(values) {
  const center = median(values);
  const distances = values.map((value) => Math.abs(value - center));
  return distances.indexOf(Math.min(...distances));
}

/** The median of the values, and its 95 % interval. */
export function summarize(values) {
  return { median: median(values), interval: bootstrap(values.length, (runs) => median(runs.map((run) => values[run]))) };
}

/**
 * How many times as large the median of `values` is as that of `baseline`, and the 95 % interval of that. Values with
 * the same index are from the same run, so they are drawn together.
 */
export function compare(values, baseline) {
  const ratio = (runs) => median(runs.map((run) => values[run])) / median(runs.map((run) => baseline[run]));
  const all = [...values.keys()];
  return { ratio: ratio(all), interval: bootstrap(values.length, ratio) };
}

/** The percentile bootstrap: the statistic of many samples that are drawn, with replacement, from the runs. */
function bootstrap(runs, statistic) {
  const random = generator();
  const drawn = Array.from({ length: RESAMPLES }, () =>
    statistic(Array.from({ length: runs }, () => Math.floor(random() * runs))),
  ).sort((a, b) => a - b);
  const tail = (1 - CONFIDENCE) / 2;
  const at = (share) => drawn[Math.min(RESAMPLES - 1, Math.floor(share * RESAMPLES))];
  return [at(tail), at(1 - tail)];
}

/** Numbers from 0 to 1 that are the same each time, so that a report can be made again from its data (mulberry32). */
function generator() {
  let state = 1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
