/**
 * Flags about telemetry.
 *
 * @module
 */

import type { TelemetryFlags } from "../../telemetry/settings/settings.ts";
import type { Flag } from "./flag.ts";

/** The flags, in the order of the help. */
export const TELEMETRY_FLAGS: readonly (Flag & { readonly key: keyof TelemetryFlags })[] = [
  {
    key: "otel",
    long: "otel",
    kind: "optional",
    omitted: "on",
    pattern: /^[a-z]+(?:,[a-z]+)*$/i,
    value: "exporters",
    group: "Telemetry",
    help: "export figures and log: otlp, by OTEL_... variables; console; off",
  },
  {
    key: "otelNames",
    long: "otel-names",
    value: "set",
    group: "Telemetry",
    help: "names of metrics: standard (default) or aiolocust",
  },
  {
    key: "profile",
    long: "profile",
    value: "text",
    group: "Telemetry",
    help: "attribute of all that is exported, to tell runs apart",
  },
];
