/**
 * Which format a scraper gets.
 *
 * @module
 */

import type { Family } from "./families.ts";
import { protobufBytes } from "./protobuf_format.ts";
import { openMetricsText, prometheusText } from "./text_format.ts";

/** A format of metrics. */
export interface Format {
  readonly contentType: string;
  /** Returns families in this format. */
  render(families: readonly Family[]): Uint8Array<ArrayBuffer>;
}

const encode = (text: string) => new TextEncoder().encode(text);

/** The format of those who ask for none. */
export const PLAIN: Format = {
  contentType: "text/plain; version=0.0.4; charset=utf-8",
  render: (families) => encode(prometheusText(families)),
};

/** Formats with the media types that ask for them, best first. */
const FORMATS: readonly (readonly [type: string, parameters: Readonly<Record<string, string>>, format: Format])[] = [
  [
    "application/vnd.google.protobuf",
    { proto: "io.prometheus.client.MetricFamily", encoding: "delimited" },
    {
      contentType: "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited",
      render: protobufBytes,
    },
  ],
  [
    "application/openmetrics-text",
    { version: "1.0.0" },
    {
      contentType: "application/openmetrics-text; version=1.0.0; charset=utf-8",
      render: (families) => encode(openMetricsText(families)),
    },
  ],
  ["text/plain", { version: "0.0.4" }, PLAIN],
];

/**
 * Returns the format for an `Accept` header: the one with the highest quality, of several the best. One that is not
 * known gets {@linkcode PLAIN}, as do browsers. See RFC 9110, section 12.5.1.
 */
export function formatFor(accept: string): Format {
  const ranges = accept.split(",").map(parseRange);
  let [chosen, highest] = [PLAIN, 0];
  for (const [type, parameters, format] of FORMATS) {
    const wanted = ranges.filter((range) =>
      range.type === type &&
      Object.entries(parameters).every(([name, value]) => (range.parameters.get(name) ?? value) === value)
    );
    const quality = Math.max(0, ...wanted.map((range) => range.quality));
    if (quality > highest) [chosen, highest] = [format, quality];
  }
  return chosen;
}

function parseRange(text: string): { type: string; parameters: ReadonlyMap<string, string>; quality: number } {
  const [type = "", ...rest] = text.split(";").map((part) => part.trim());
  const parameters = new Map(rest.map((part) => {
    const at = part.indexOf("=");
    return [part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim().replace(/^"(.*)"$/, "$1")] as const;
  }));
  const quality = Number(parameters.get("q") ?? 1);
  return { type: type.toLowerCase(), parameters, quality: quality >= 0 && quality <= 1 ? quality : 0 };
}
