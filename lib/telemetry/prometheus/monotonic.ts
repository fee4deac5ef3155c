/**
 * Counters that never fall.
 *
 * @module
 */

import type { Measurement, NumberPoint } from "../measurements.ts";

/**
 * Keeps counters at the highest value that was shown. A verdict that is taken back (`resp.error = false`) lowers a count of
 * failures, and Prometheus would read that as a restart from 0, which counts everything again. The counters of one run.
 */
export class Monotonic {
  readonly #shown = new Map<string, Map<string, NumberPoint>>();

  /** Returns measurements with counters of at least what this has returned before. */
  raised(measurements: readonly Measurement[]): Measurement[] {
    return measurements.map((measurement) => {
      const { definition } = measurement;
      if (definition.kind !== "counter") return measurement;
      let shown = this.#shown.get(definition.name);
      if (shown === undefined) this.#shown.set(definition.name, shown = new Map());
      for (const point of measurement.points as readonly NumberPoint[]) {
        const key = JSON.stringify(point.attributes);
        if (point.value >= (shown.get(key)?.value ?? 0)) shown.set(key, point);
      }
      return { definition, points: [...shown.values()] } as Measurement;
    });
  }
}
