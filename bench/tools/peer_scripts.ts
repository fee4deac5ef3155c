// What the tools that take a script are given: one request, and a check of its body, as in locustfile.ts.

/** For wrk. */
export const WRK_SCRIPT = `
local failed = 0

function response(status, headers, body)
  if not string.find(body, "hello locust", 1, true) then failed = failed + 1 end
end
`;

/** A loop on Deno without a tool, each user with a client of its own. */
export const BARE_FETCH_SCRIPT = `
const [url, users, seconds] = [Deno.args[0], Number(Deno.args[1]), Number(Deno.args[2])];
const startMs = performance.now();
const endMs = startMs + seconds * 1000;
let requests = 0;
await Promise.all(Array.from({ length: users }, async () => {
  const client = Deno.createHttpClient({});
  while (performance.now() < endMs) {
    await (await fetch(url, { client })).arrayBuffer();
    requests++;
  }
}));
console.log(JSON.stringify({ requests, seconds: (performance.now() - startMs) / 1000 }));
Deno.exit(0);
`;

/** For Locust, with the faster of its two clients. */
export const LOCUST_SCRIPT = `
from locust import FastHttpUser, task


class Bench(FastHttpUser):
    insecure = True

    @task
    def greet(self):
        with self.client.get("/", catch_response=True) as answer:
            if "hello locust" not in answer.text:
                answer.failure("no greeting")
`;

/** For aiolocust. */
export const AIOLOCUST_SCRIPT = `
import os

URL = os.environ["BENCH_URL"]


async def run(user):
    async with user.client.get(URL, ssl=False) as answer:
        assert "hello locust" in await answer.text()
`;
