/**
 * The comment at the top of an imported file.
 *
 * @module
 */

import { basename } from "node:path";
import type { ImportSource } from "../model.ts";
import type { Environment } from "../secrets.ts";
import type { Draft } from "./draft.ts";
import type { HarFile } from "./har_format.ts";
import { headerOf, setCookies } from "./headers.ts";
import type { Selection } from "./selection.ts";

/** Most broken entries that are named. */
const MAX_NAMED = 10;

/** Most cookies that are named. */
const MAX_COOKIES = 8;

/** Returns where a file comes from, and what was left out and why. */
export function leftOutNotes(source: ImportSource, file: HarFile, { leftOut }: Selection): string[] {
  const total = file.entries.length + file.broken.length;
  const by = file.creator === "" || file.creator === "locust record" ? "" : `, recorded by ${file.creator}`;
  const verb = source.isRecorded ? 'Recorded by "locust record"' : 'Imported by "locust import"';
  const reasons = [...leftOut].map(([reason, count]) => `${reason} (${count})`);
  const others = file.broken.length - MAX_NAMED;
  return [
    `${verb} from ${basename(source.name)}: ${total === 1 ? "1 entry" : `${total} entries`}${by}.`,
    ...(reasons.length === 0 ? [] : [`Left out: ${reasons.join(", ")}.`]),
    ...file.broken.slice(0, MAX_NAMED).map(({ number, reason }) => `Left out: entry ${number}, ${reason}.`),
    ...(others > 0 ? [`Left out: ${others} more entries that cannot be read.`] : []),
  ];
}

/** Returns what a run needs that the recording had from before: secrets and cookies. */
export function openingNotes(drafts: readonly Draft[], environment: Environment): string[] {
  const cookies = earlierCookies(drafts);
  const shown = cookies.slice(0, MAX_COOKIES).join(", ") + (cookies.length > MAX_COOKIES ? ", …" : "");
  return [
    ...environment.notes(),
    ...(cookies.length === 0
      ? []
      : [`The recording began with cookies that are not here: ${shown}. If the server needs them, log in first.`]),
  ];
}

/** Returns the names of cookies that were sent before any response had set them. */
function earlierCookies(drafts: readonly Draft[]): string[] {
  const [set, earlier] = [new Set<string>(), new Set<string>()];
  for (const { request, response } of drafts.flatMap(({ chain }) => chain)) {
    for (const pair of headerOf(request.headers, "cookie").split(/;\s*/)) {
      const name = pair.split("=")[0]!.trim();
      if (name !== "" && !set.has(name)) earlier.add(name);
    }
    for (const [name] of setCookies(response)) set.add(name);
  }
  return [...earlier];
}
