import { measurementsOf, snapshotOfResult } from "../../../lib/telemetry/measurements.ts";
import type { NameSet } from "../../../lib/telemetry/metrics.ts";
import { familiesOf, type Family } from "../../../lib/telemetry/prometheus/families.ts";
import type { Recorder } from "../../../lib/stats/recorder.ts";
import { resultOf, summaryOf } from "../../helpers/runs/run_result.ts";

/** A name that each format must escape. */
export const ODD_NAME = 'a "b" \\ c\nd';

/** Two rows, one of them failed once and oddly named; a check and a measure. */
export function fill(recorder: Recorder): void {
  const row = recorder.series("GET", "/a");
  for (let ms = 1; ms <= 100; ms++) row.record(ms, false, 10, 0, 200);
  const odd = recorder.series("POST", ODD_NAME, "Shopper");
  odd.record(2000, true, 10, 0, 404);
  odd.error("404 Not Found").add(0);
  recorder.checks.add("has a title", true);
  recorder.measures.add("depth", "", 3);
}

/** Returns the families of that run. */
export function families(names: NameSet = "standard"): Family[] {
  return familiesOf(measurementsOf(snapshotOfResult(resultOf(summaryOf(fill, 1000))), names));
}
