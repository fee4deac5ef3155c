// Starts a job and asks for its state until it is done. The time until then gets its own row.
//
//   locust poll_a_job.ts --host http://localhost:8080 --users 5 --duration 30

import { HttpUser, sleep } from "@x/locust";

export class Client extends HttpUser {
  override async run() {
    const started = performance.now();
    const created = await this.client.post("/jobs", { json: { report: "sales" }, raiseForStatus: true });
    const { id } = await created.json();
    const elapsed = () => (performance.now() - started) / 1000;
    let state = "queued";
    while (state !== "done" && elapsed() < 30) {
      await sleep("100ms");
      const response = await this.client.get(`/jobs/${id}`, { name: "/jobs/:id", raiseForStatus: true });
      ({ state } = await response.json());
    }
    const error = state === "done" ? null : `still ${state} after 30 s`;
    // Not a request: kept out of Total and of the rate.
    this.record({ method: "JOB", name: "report", ttlb: elapsed(), error, inTotal: false });
  }
}
