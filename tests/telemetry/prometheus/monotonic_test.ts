import { assertEquals } from "@std/assert";
import { measurementsOf, type NumberPoint, snapshotOfView } from "../../../lib/telemetry/measurements.ts";
import { Monotonic } from "../../../lib/telemetry/prometheus/monotonic.ts";
import { summaryOf, viewAt } from "../../helpers/runs/run_result.ts";

/** Returns the measurements of a view with so many requests of two rows, and so many failures of each. */
function measured(requests: number, failures: Readonly<Record<string, number>>) {
  const overall = summaryOf((recorder) => {
    for (const [name, failed] of Object.entries(failures)) {
      for (let count = 0; count < requests; count++) recorder.series("GET", name).record(1, count < failed, 0);
      if (failed > 0) recorder.series("GET", name).error("404 Not Found").count += failed;
    }
  }, 1000);
  return measurementsOf(snapshotOfView({ ...viewAt(1000), overall }), "standard");
}

const pointsOf = (all: ReturnType<typeof measured>, name: string) => {
  const points = all.find(({ definition }) => definition.name === name)?.points as readonly NumberPoint[] | undefined;
  return points?.map(({ attributes, value }) => [attributes["locust.row"], value]);
};

Deno.test("Monotonic keeps a counter whose verdicts were taken back, also of a point that is gone", () => {
  const monotonic = new Monotonic();
  const failures = (requests: number, all: Record<string, number>) =>
    pointsOf(monotonic.raised(measured(requests, all)), "locust.failures");
  assertEquals(failures(10, { "/a": 3, "/b": 1 }), [["/a", 3], ["/b", 1]]);
  assertEquals(failures(20, { "/a": 2, "/b": 0 }), [["/a", 3], ["/b", 1]]);
  assertEquals(failures(30, { "/a": 5, "/b": 0 }), [["/a", 5], ["/b", 1]]);
});

Deno.test("Monotonic leaves gauges and histograms as they are", () => {
  const all = measured(10, { "/a": 3 });
  const raised = new Monotonic().raised(all);
  assertEquals(raised.map(({ definition }) => definition.name), all.map(({ definition }) => definition.name));
  for (const [index, one] of all.entries()) assertEquals(raised[index]!.points, one.points);
});
