/**
 * Access logs, replayed or as a mix.
 *
 * @module
 */

import type { ImportOptions, ImportSource, Scenario } from "../model.ts";
import { Environment } from "../secrets.ts";
import { commonOrigin, urlParts } from "../url_parts.ts";
import { readAccessLog } from "./entries.ts";
import { countedRequests, mixOf } from "./mix.ts";
import { replayOf } from "./replay.ts";

/** Numbers of broken lines that are told. */
const MAX_TOLD = 5;

/**
 * Reads an access log.
 *
 * @throws {ScriptError} if it has no request, or is to be replayed and has no times
 */
export function readAccessLogFile(source: ImportSource, { replay }: ImportOptions): Promise<Scenario> {
  const { entries, brokenLines } = readAccessLog(source);
  const environment = new Environment();
  const origin = commonOrigin(entries.map(({ target }) => urlParts(target).origin));
  const parts: Scenario = replay === undefined ? mixOf(entries, environment) : replayOf(source.name, entries, replay);
  const { notes, constants = [], declarations = [], ...others } = parts;
  return Promise.resolve({
    ...others,
    notes: [
      `Imported from the access log ${source.name}: ${countedRequests(entries.length)}.`,
      ...environment.notes(),
      ...notes,
      ...(brokenLines.length === 0 ? [] : [`Left out: ${told(brokenLines)}, not a request.`]),
      ...(replay === undefined ? rateNotes(entries.map(({ startMs }) => startMs)) : []),
      ...(origin === undefined ? ["The log does not say where the server is: give it with --host."] : []),
    ],
    ...(origin === undefined ? {} : { baseUrl: origin }),
    constants: [...environment.constants(), ...constants],
    declarations: [...environment.declarations(), ...declarations],
  });
}

function told(lines: readonly number[]): string {
  const more = lines.length - MAX_TOLD;
  const first = lines.slice(0, MAX_TOLD).join(", ");
  return `line${lines.length === 1 ? "" : "s"} ${first}${more > 0 ? ` and ${more} more` : ""}`;
}

/** Says how to get the rate of the log. */
function rateNotes(startsMs: readonly (number | null)[]): string[] {
  const times = startsMs.filter((ms) => ms !== null);
  const [first, last] = times.reduce(([low, high], ms) => [Math.min(low, ms), Math.max(high, ms)], [
    Infinity,
    -Infinity,
  ]);
  const seconds = (last - first) / 1000;
  if (!(seconds > 0)) return [];
  const perSecond = times.length / seconds;
  const rate = perSecond >= 1 ? `${perSecond.toFixed(1)}/s` : `${(perSecond * 60).toFixed(1)}/m`;
  return [`The log has ${rate} on average: --arrival-rate ${rate} sends as much.`];
}
