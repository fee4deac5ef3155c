/**
 * What exported figures, logs and spans are of.
 *
 * @module
 */

import { hostName } from "../core/host_name.ts";
import { VERSION } from "../core/version.ts";
import type { Attributes } from "./measurements.ts";

/**
 * Returns the attributes of the resource.
 *
 * @param filename Path of the locustfile; `null` without one
 * @param given Attributes that are given; they come before ours
 */
export function resourceOf(filename: string | null, given: Attributes): Attributes {
  const host = hostName();
  return {
    "service.name": "locust",
    "service.version": VERSION,
    // Two runs at once would otherwise count on one series.
    "service.instance.id": crypto.randomUUID(),
    ...(host === null ? {} : { "host.name": host }),
    ...(filename === null ? {} : { filename }),
    ...given,
  };
}
