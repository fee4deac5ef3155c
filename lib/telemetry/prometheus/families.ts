/**
 * Metric families: measurements under the names that Prometheus has for them.
 *
 * @module
 */

import type { HistogramFigures, Measurement } from "../measurements.ts";
import type { MetricDefinition } from "../metrics.ts";
import { NUMBER_BOUNDS, TIME_BOUNDS } from "./bounds.ts";

/** Labels of a sample, in the order of the attributes. */
export type Labels = readonly (readonly [name: string, value: string])[];

/** A sample that is a number. */
export interface NumberSample {
  readonly labels: Labels;
  readonly value: number;
}

/** A sample that is a histogram. */
export interface HistogramSample {
  readonly labels: Labels;
  readonly figures: HistogramFigures;
}

interface FamilyHead {
  /** Name with its unit, and without `_total`. */
  readonly name: string;
  /** Unit, which the name ends with; empty for none. */
  readonly unit: string;
  readonly help: string;
}

/** Samples of one metric. */
export type Family =
  | FamilyHead & { readonly kind: "counter" | "gauge"; readonly samples: readonly NumberSample[] }
  | FamilyHead & {
    readonly kind: "histogram";
    /** Upper bounds of the classic buckets, ascending, without that of all. */
    readonly bounds: readonly number[];
    readonly samples: readonly HistogramSample[];
  };

/** Units of OpenTelemetry as Prometheus spells them out. */
const UNITS: Readonly<Record<string, string>> = { s: "seconds", ms: "milliseconds", By: "bytes" };

/** Returns measurements as families. */
export function familiesOf(measurements: readonly Measurement[]): Family[] {
  return measurements.map(({ definition, points }) => {
    const head = { name: familyName(definition), unit: unitOf(definition), help: definition.description };
    const samples = points.map(({ attributes, ...point }) => ({
      ...point,
      labels: Object.entries(attributes).map(([name, value]) => [labelName(name), String(value)] as const),
    }));
    const bounds = definition.unit === "s" ? TIME_BOUNDS : NUMBER_BOUNDS;
    return {
      ...head,
      kind: definition.kind,
      ...(definition.kind === "histogram" ? { bounds } : {}),
      samples,
    } as Family;
  });
}

/**
 * Returns the name of a family: that of the metric with underscores, and its unit. See "Prometheus and OpenMetrics
 * Compatibility" of OpenTelemetry, so that figures that come through a collector have the same names.
 */
function familyName(definition: MetricDefinition): string {
  const [name, unit] = [labelName(definition.name), unitOf(definition)];
  return unit === "" || name.endsWith(`_${unit}`) ? name : `${name}_${unit}`;
}

/** Returns the name of a metric as queries use it; a classic histogram has series with `_bucket` and the like after it. */
export function seriesName(definition: MetricDefinition): string {
  return definition.kind === "counter" ? `${familyName(definition)}_total` : familyName(definition);
}

/** Returns an attribute's name as a label. */
export function labelName(attribute: string): string {
  return attribute.replaceAll(/[^a-zA-Z0-9_]/g, "_");
}

function unitOf({ unit, kind }: MetricDefinition): string {
  return unit === "1" && kind === "gauge" ? "ratio" : UNITS[unit] ?? "";
}
