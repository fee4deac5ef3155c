/**
 * The comment at the top of an imported file.
 *
 * @module
 */

import type { ImportSource } from "../model.ts";
import type { HarFile } from "./har_format.ts";
import type { Selection } from "./selection.ts";

/** Most broken entries that are named. */
const MAX_NAMED = 10;

/** Returns where a file comes from, and what was left out and why. */
export function leftOutNotes(source: ImportSource, file: HarFile, { leftOut }: Selection): string[] {
  const total = file.entries.length + file.broken.length;
  const by = file.creator === "" ? "" : `, recorded by ${file.creator}`;
  const reasons = [...leftOut].map(([reason, count]) => `${count} ${reason}`);
  const others = file.broken.length - MAX_NAMED;
  return [
    `Imported by "locust import" from ${source.name}: ${total === 1 ? "1 entry" : `${total} entries`}${by}.`,
    ...(reasons.length === 0 ? [] : [`Left out: ${reasons.join(", ")}.`]),
    ...file.broken.slice(0, MAX_NAMED).map(({ number, reason }) => `Left out: entry ${number}, ${reason}.`),
    ...(others > 0 ? [`Left out: ${others} more entries that cannot be read.`] : []),
  ];
}
