/**
 * Measures: numbers of a script, each name with percentiles of its own.
 *
 * @module
 */

import { OTHER } from "../errors/error_counts.ts";
import { type ValueDelta, ValueHistogram } from "./value_histogram.ts";

/** Most measures kept apart; those after them are counted as {@linkcode OTHER} of their unit. */
export const MAX_MEASURES = 200;

/** Unit of a measure: a plain number, or a time in milliseconds. */
export type MeasureUnit = "" | "ms";

/** What changed in one measure since the last delta; plain data. */
export interface MeasureDelta {
  readonly name: string;
  readonly unit: MeasureUnit;
  readonly values: ValueDelta;
}

/** The figures of one measure, in its unit, without its histogram. */
export interface MeasureFigures {
  /** The name that the script gave it. */
  readonly name: string;
  /** `"ms"` for times, empty for plain numbers. */
  readonly unit: MeasureUnit;
  /** Number of values, 1 or more. */
  readonly count: number;
  /** Mean, exact. */
  readonly mean: number;
  /** Least, exact. */
  readonly min: number;
  /** Median; whole numbers up to 256 are exact, other values to 0.4 %. */
  readonly p50: number;
  /** 95th percentile, with the same precision. */
  readonly p95: number;
  /** 99th percentile, with the same precision. */
  readonly p99: number;
  /** Greatest, exact. */
  readonly max: number;
}

/** The figures of one measure. */
export interface MeasureSummary extends MeasureFigures {
  /** The counts that all percentiles come from. */
  readonly histogram: ValueHistogram;
}

interface Measure {
  readonly name: string;
  readonly unit: MeasureUnit;
  readonly values: ValueHistogram;
}

/** Values of measures, of one worker or of all. A name with two units is two measures. */
export class Measures {
  readonly #plain = new Map<string, Measure>();
  readonly #times = new Map<string, Measure>();

  /**
   * Records one value.
   *
   * @param value Finite, 0 or more
   */
  add(name: string, unit: MeasureUnit, value: number): void {
    this.#of(name, unit).values.record(value);
  }

  /** Returns what changed since the last call. */
  takeDelta(): MeasureDelta[] {
    return this.#all().filter(({ values }) => values.count > 0).map(({ name, unit, values }) => ({
      ...{ name, unit },
      values: values.takeDelta(),
    }));
  }

  /** Adds what another recorded. */
  addDelta({ name, unit, values }: MeasureDelta): void {
    this.#of(name, unit).values.addDelta(values);
  }

  /** Returns every measure, in the order first seen, those without a unit first; histograms are copies. */
  summarize(): MeasureSummary[] {
    return this.#all().map(({ name, unit, values }) => {
      const [p50, p95, p99] = [50, 95, 99].map((one) => values.percentile(one)) as [number, number, number];
      const { count, mean, min, max } = values;
      return { name, unit, count, mean, min, p50, p95, p99, max, histogram: values.clone() };
    });
  }

  #of(name: string, unit: MeasureUnit): Measure {
    const ofUnit = unit === "" ? this.#plain : this.#times;
    return ofUnit.get(name) ?? this.#make(name, unit, ofUnit);
  }

  #make(name: string, unit: MeasureUnit, ofUnit: Map<string, Measure>): Measure {
    const isFull = this.#plain.size + this.#times.size >= MAX_MEASURES && name !== OTHER;
    if (isFull) return this.#of(OTHER, unit);
    const measure = { name, unit, values: new ValueHistogram() };
    ofUnit.set(name, measure);
    return measure;
  }

  #all(): Measure[] {
    return [...this.#plain.values(), ...this.#times.values()];
  }
}
