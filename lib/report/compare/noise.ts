/**
 * How far a difference between runs varies by chance, from their figures per second.
 *
 * @module
 */

/** Resamples: the standard deviation is then known to about 3 %. */
const RESAMPLES = 600;
/** Start of the random sequence, the same for each comparison, so that its result is always the same. */
const SEED = 0x10c057;
/** Standard deviations that count as noise: chance alone exceeds them about once in 370 times. */
const DEVIATIONS = 3;

/** The figures of one row of one run over time. */
export interface Series {
  /** Requests in each span. */
  readonly counts: readonly number[];
  /** Values of each span, one list per figure, weighted by the requests. */
  readonly values: readonly (readonly number[])[];
}

/**
 * What stands for a figure of many spans: the median for a median, which a few bad seconds do not change, the mean for
 * everything else.
 */
export type Center = "mean" | "median";

/** The noise of a figure: what it may change by chance. */
export interface Noise {
  /** Of the natural logarithm of new / old. */
  readonly log: number;
  /** Of new − old. */
  readonly absolute: number;
}

/**
 * Returns the noise of each figure, by a circular block bootstrap: each resample draws runs, and from each run blocks of
 * neighbouring seconds, so that slow drifts count as noise, too. See Politis and Romano, "A circular block-resampling
 * procedure for stationary data" (1992). A figure is the mean or the median over the spans, weighted by requests.
 *
 * With several old runs, their differences count as noise. With one, only what varies within a run does.
 *
 * @param olds The earlier runs, at least one
 * @param latest The run to compare with them
 * @param centers What stands for each figure
 */
export function noiseOf(olds: readonly Series[], latest: Series, centers: readonly Center[]): Noise[] {
  const random = mulberry32(SEED);
  const draws = Array.from({ length: RESAMPLES }, () => {
    const [before, after] = [resampled(olds, centers, random), resampled([latest], centers, random)];
    return before.map((value, index) => ({
      log: value > 0 && after[index]! > 0 ? Math.log(after[index]! / value) : 0,
      absolute: after[index]! - value,
    }));
  });
  const widened = quantileFor(Math.min(...[latest, ...olds].map(({ counts }) => counts.length)));
  return centers.map((_, index) => ({
    log: widened * deviation(draws.map((draw) => draw[index]!.log)),
    absolute: widened * deviation(draws.map((draw) => draw[index]!.absolute)),
  }));
}

/** Returns the center of each figure in one resample. */
function resampled(runs: readonly Series[], centers: readonly Center[], random: () => number): number[] {
  const weights: number[] = [];
  const values: number[][] = centers.map(() => []);
  for (let drawn = 0; drawn < runs.length; drawn++) {
    const { counts, values: all } = runs[Math.floor(random() * runs.length)]!;
    const block = blockLength(counts.length);
    let at = 0;
    for (let taken = 0; taken < counts.length; taken++) {
      at = taken % block === 0 ? Math.floor(random() * counts.length) : (at + 1) % counts.length;
      weights.push(counts[at]!);
      values.forEach((of, figure) => of.push(all[figure]![at]!));
    }
  }
  return centers.map((center, figure) => CENTERS[center](values[figure]!, weights));
}

const CENTERS: Readonly<Record<Center, (values: readonly number[], weights: readonly number[]) => number>> = {
  mean(values, weights) {
    const weight = sumOf(weights);
    return weight === 0 ? 0 : values.reduce((sum, value, index) => sum + value * weights[index]!, 0) / weight;
  },
  median(values, weights) {
    let left = sumOf(weights) / 2;
    const order = values.map((_, index) => index).sort((a, b) => values[a]! - values[b]!);
    return values[order.find((index) => (left -= weights[index]!) <= 0) ?? 0] ?? 0;
  },
};

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Spans per block: in proportion to the cube root of their number, which suits means. */
function blockLength(spans: number): number {
  return Math.max(1, Math.ceil(1.5 * Math.cbrt(spans)));
}

/**
 * Returns the deviations that count as noise, for runs of so many spans. A deviation estimated from few blocks is itself
 * uncertain: this is the quantile of Student's t (by its expansion in 1/df around the normal one) with the degrees of
 * freedom of both runs' blocks. Resamples of few blocks also vary too little, by one part in as many as there are.
 */
function quantileFor(spans: number): number {
  const blocks = Math.max(spans / blockLength(spans), 2);
  const [z, df] = [DEVIATIONS, 2 * (blocks - 1)];
  const t = z + (z ** 3 + z) / (4 * df) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * df ** 2);
  return t / Math.sqrt(1 - 1 / blocks);
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

/** Returns a generator of numbers in [0, 1) that gives the same sequence for the same seed. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
