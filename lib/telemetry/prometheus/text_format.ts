/**
 * The two text formats: Prometheus' own, version 0.0.4, and OpenMetrics 1.0.0.
 *
 * @module
 */

import { cumulativeCounts } from "./counting.ts";
import type { Family, HistogramSample, Labels } from "./families.ts";

/** Returns families in Prometheus' text format, version 0.0.4. */
export function prometheusText(families: readonly Family[]): string {
  return families.map((family) => {
    const name = family.kind === "counter" ? `${family.name}_total` : family.name;
    return `# HELP ${name} ${escaped(family.help)}\n# TYPE ${name} ${family.kind}\n${samplesText(family)}`;
  }).join("");
}

/** Returns families in the text format of OpenMetrics 1.0.0. */
export function openMetricsText(families: readonly Family[]): string {
  const texts = families.map((family) => {
    const { name, kind, unit, help } = family;
    const unitLine = unit === "" ? "" : `# UNIT ${name} ${unit}\n`;
    return `# TYPE ${name} ${kind}\n${unitLine}# HELP ${name} ${escaped(help)}\n${samplesText(family)}`;
  });
  return `${texts.join("")}# EOF\n`;
}

function samplesText(family: Family): string {
  if (family.kind === "histogram") {
    const bounds = family.bounds.map(boundText);
    return family.samples.map((sample) => histogramText(family.name, family.bounds, bounds, sample)).join("");
  }
  const name = family.kind === "counter" ? `${family.name}_total` : family.name;
  return family.samples.map(({ labels, value }) => `${name}${braced(labelsText(labels))} ${value}\n`).join("");
}

function histogramText(
  name: string,
  bounds: readonly number[],
  boundTexts: readonly string[],
  { labels, figures }: HistogramSample,
): string {
  const own = labelsText(labels);
  const start = `${name}_bucket{${own === "" ? "" : `${own},`}le="`;
  let text = "";
  cumulativeCounts(figures, bounds).forEach((count, index) => {
    text += `${start}${boundTexts[index]!}"} ${count}\n`;
  });
  return `${text}${start}+Inf"} ${figures.count}\n` +
    `${name}_sum${braced(own)} ${figures.sum}\n${name}_count${braced(own)} ${figures.count}\n`;
}

/** Returns a bound as OpenMetrics wants it, the same in both formats: a bound's text is part of a series' name. */
function boundText(bound: number): string {
  return Number.isInteger(bound) ? `${bound}.0` : String(bound);
}

function labelsText(labels: Labels): string {
  return labels.map(([name, value]) => `${name}="${escaped(value).replaceAll('"', '\\"')}"`).join(",");
}

function braced(labels: string): string {
  return labels === "" ? "" : `{${labels}}`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}
