import { assertEquals } from "@std/assert";
import { formatFor } from "../../../lib/telemetry/prometheus/negotiation.ts";

const PROTOBUF = "application/vnd.google.protobuf";
const OPEN = "application/openmetrics-text";
const PLAIN = "text/plain";

const CASES: readonly (readonly [accept: string, type: string])[] = [
  ["", PLAIN],
  ["*/*", PLAIN],
  ["text/html,application/xhtml+xml,*/*;q=0.8", PLAIN],
  // Prometheus 2.42, and with native histograms
  [`${OPEN};version=1.0.0,${OPEN};version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1`, OPEN],
  [
    `${PROTOBUF};proto=io.prometheus.client.MetricFamily;encoding=delimited,${OPEN};version=1.0.0;q=0.8,text/plain;q=0.5`,
    PROTOBUF,
  ],
  // Prometheus 3
  [
    `${OPEN};version=1.0.0;escaping=allow-utf-8;q=0.5,${OPEN};version=0.0.1;q=0.4,text/plain;version=1.0.0;q=0.3,` +
    `text/plain;version=0.0.4;q=0.2,*/*;q=0.1`,
    OPEN,
  ],
  [`${OPEN};version=0.0.1,text/plain;version=0.0.4;q=0.5`, PLAIN],
  [`${PROTOBUF};proto=another.Message;encoding=delimited;q=1,${OPEN};q=0.1`, OPEN],
  [`${PROTOBUF};encoding=text`, PLAIN],
  [`TEXT/PLAIN; Version="0.0.4"`, PLAIN],
  [`${OPEN};q=0,text/plain`, PLAIN],
  [`${OPEN};q=nonsense`, PLAIN],
  [",;=;q", PLAIN],
];

for (const [accept, type] of CASES) {
  Deno.test(`formatFor() gives ${type} to "${accept}"`, () => {
    assertEquals(formatFor(accept).contentType.split(";")[0], type);
  });
}
