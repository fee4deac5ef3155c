// What the tools that take a script are given: one request, and a check of its body, as in locustfile.ts.

/** For k6. */
export const K6_SCRIPT = `
import http from "k6/http";
import { check } from "k6";

export default function () {
  check(http.get(__ENV.BENCH_URL), { greets: (answer) => answer.body.includes("hello locust") });
}
`;

/** For locust, with the faster of its two clients. */
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
