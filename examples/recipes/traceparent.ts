// Each request carries a trace context (W3C), so that slow ones can be found in the server's traces.
//
//   locust traceparent.ts --host http://localhost:8080 --users 5 --duration 30

import { between, HttpUser, log } from "@x/locust";

const hex = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes)).toHex();

export class Visitor extends HttpUser {
  static override waitTime = between("100ms", "300ms");

  override async run() {
    const traceId = hex(16);
    const headers = { traceparent: `00-${traceId}-${hex(8)}-01` };
    const started = performance.now();
    await this.client.get("/orders", { headers });
    const ms = performance.now() - started;
    if (ms > 1000) log.warning(`slow: ${ms.toFixed(0)} ms, trace ${traceId}`);
  }
}
