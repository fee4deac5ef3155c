/**
 * The flags about samples, part of the table of flags.
 *
 * @module
 */

import type { GivenArguments } from "./arguments.ts";
import type { Flag } from "./flag.ts";

/** Settings of the file of samples. */
export interface SampleFlags {
  /** Path of the file. */
  readonly samples?: string;
  /** Share of successes to write, 0–1. */
  readonly sampleRatio?: number;
}

/** The flags, in the order of the help. */
export const SAMPLE_FLAGS: readonly (Flag & { readonly key: keyof SampleFlags })[] = [
  {
    key: "samples",
    long: "samples",
    value: "file",
    group: "Output",
    help: "write each request to a .csv or .jsonl file, also with .gz",
  },
  {
    key: "sampleRatio",
    long: "sample-ratio",
    value: "share",
    group: "Output",
    help: "share of successes to write, failures all are (default: 1)",
  },
];

/** Returns the settings; call it only without problems. */
export function sampleFlags({ values }: GivenArguments): SampleFlags {
  const [samples, ratio] = [values.get("samples"), values.get("sampleRatio")];
  return {
    ...(samples === undefined ? {} : { samples: String(samples) }),
    ...(ratio === undefined ? {} : { sampleRatio: parseShare(String(ratio))! }),
  };
}

/** Returns what is wrong with the flags, a line each. */
export function sampleProblems({ values, labels }: GivenArguments): string[] {
  const [samples, ratio, label] = [values.get("samples"), values.get("sampleRatio"), labels.get("sampleRatio")];
  return [
    ...(samples !== undefined && values.has("machines")
      ? [
        `Cannot use ${
          labels.get("samples")
        } with --machines: the requests of a run on several machines are not collected`,
      ]
      : []),
    ...(ratio !== undefined && parseShare(String(ratio)) === null
      ? [`Cannot use ${label} "${ratio}": expected a share of 0 to 1 such as 0.1, or a percentage such as 10%`]
      : []),
    ...(ratio !== undefined && samples === undefined
      ? [`Cannot use ${label}: no samples are written, expected --samples beside it`]
      : []),
  ];
}

/** Returns a share of 0 to 1; `null` if the text is none. */
function parseShare(text: string): number | null {
  const [, digits, percent] = /^(\d+(?:\.\d+)?|\.\d+)\s*(%?)$/.exec(text.trim()) ?? [];
  const share = Number(digits ?? NaN) / (percent === "%" ? 100 : 1);
  return share >= 0 && share <= 1 ? share : null;
}
