// Tries again when the server is busy, after the time it asks for. A 503 that is tried again is not a failure; each try
// after the first has its own row.
//
//   locust retry_on_503.ts --host http://localhost:8080 --users 10 --duration 30

import { HttpUser, type LocustResponse, sleep } from "@x/locust";

const TRIES = 3;

/** `retry-after` is a number of seconds or a date. */
function secondsUntilRetry({ headers }: LocustResponse): number {
  const value = headers.get("retry-after") ?? "1";
  const seconds = Number.isNaN(Number(value)) ? (Date.parse(value) - Date.now()) / 1000 : Number(value);
  return Number.isNaN(seconds) ? 1 : Math.max(0, seconds);
}

export class Buyer extends HttpUser {
  async postWithRetry(path: string, json: unknown): Promise<LocustResponse> {
    for (let attempt = 1;; attempt++) {
      const name = attempt === 1 ? path : `${path} (try ${attempt})`;
      const response = await this.client.post(path, { json, name });
      if (response.status !== 503 || attempt === TRIES) return response;
      response.error = false; // expected: not a failure
      await sleep(secondsUntilRetry(response));
    }
  }

  override async run() {
    await this.postWithRetry("/orders", { item: 7 });
    await sleep("100ms");
  }
}
