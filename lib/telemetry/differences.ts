/**
 * Differences of measurements, for those who want what happened since the export before.
 *
 * @module
 */

import type { HistogramFigures, HistogramPoint, Measurement, NumberPoint } from "./measurements.ts";

/**
 * Returns measurements less earlier ones. Gauges stay as they are; points without a change are left out.
 *
 * @param before Earlier measurements of the same run; none at its start
 */
export function differences(now: readonly Measurement[], before: readonly Measurement[]): Measurement[] {
  const known = new Map<string, NumberPoint | HistogramPoint>();
  for (const { definition, points } of before) {
    for (const point of points) known.set(keyOf(definition.name, point), point);
  }
  return now.flatMap((measurement) => {
    const { definition, points } = measurement;
    if (definition.kind === "gauge") return [measurement];
    const changed = points.flatMap((point) => {
      const difference = less(point, known.get(keyOf(definition.name, point)));
      return difference === null ? [] : [difference];
    });
    return changed.length === 0 ? [] : [{ definition, points: changed } as Measurement];
  });
}

function keyOf(name: string, { attributes }: NumberPoint | HistogramPoint): string {
  return JSON.stringify([name, attributes]);
}

function less(now: NumberPoint | HistogramPoint, before: NumberPoint | HistogramPoint | undefined) {
  if (before === undefined) return now;
  if ("value" in now) {
    // A verdict that was taken back is made up for by the next ones: a sum that only grows has no negative part.
    const value = now.value - (before as NumberPoint).value;
    return value <= 0 ? null : { ...now, value };
  }
  const figures = figuresLess(now.figures, (before as HistogramPoint).figures);
  return figures.count === 0 ? null : { ...now, figures };
}

function figuresLess(now: HistogramFigures, before: HistogramFigures): HistogramFigures {
  const earlier = new Map(before.values);
  return {
    ...{ min: null, max: null },
    count: now.count - before.count,
    sum: now.sum - before.sum,
    values: now.values.map(([value, count]) => [value, count - (earlier.get(value) ?? 0)] as const)
      .filter(([, count]) => count > 0),
  };
}
