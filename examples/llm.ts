// Token streams of a server that speaks OpenAI's API, such as vLLM: time to first token, gaps between tokens, tokens/s.
//
//   deno run --allow-net examples/llm_server.ts
//   locust examples/llm.ts --host http://localhost:8090 --users 10 --duration 30

import { HttpUser, llm } from "@x/locust";

/** Thresholds on the measures, which are named after the row. */
export const thresholds = ['measure "POST /v1/chat/completions ttft" p95 < 2s'];

export class Asker extends HttpUser {
  override async run() {
    const answer = await llm.chat(this.client, "/v1/chat/completions", {
      model: "demo",
      messages: [{ role: "user", content: `Question ${this.id}` }],
      max_tokens: 8,
    });
    this.check("is not empty", answer.text !== "");
  }
}
