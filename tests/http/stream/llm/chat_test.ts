import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { RequestError } from "../../../../lib/http/client/request_error.ts";
import { type ChatRequest, llm } from "../../../../lib/http/stream/llm/chat.ts";
import { errorsOf, rowsOf, testClient } from "../../../helpers/http/client.ts";
import { startServer } from "../../../helpers/servers/test_server.ts";

const ASK: ChatRequest = { model: "m", messages: [{ role: "user", content: "hi" }] };
const content = (text: string | null) => JSON.stringify({ choices: [{ delta: { content: text } }] });

/** A server that answers with these events. */
function answering(...events: string[]) {
  return startServer(() => new Response(events.map((data) => `data: ${data}\n\n`).join("")));
}

Deno.test("llm.chat() returns text, usage and figures, and asks for a stream with usage", async () => {
  const usage = { prompt_tokens: 2, completion_tokens: 5, total_tokens: 7 };
  await using server = answering(
    JSON.stringify({ choices: [{ delta: { role: "assistant", content: "" } }] }),
    content("Hel"),
    content("lo"),
    content(null),
    JSON.stringify({ choices: [], usage }),
    "[DONE]",
  );
  await using test = testClient(server.url);
  const answer = await llm.chat(test.client, "/v1/chat", { ...ASK, max_tokens: 5 }, { name: "chat" });
  const { text, tokens, areTokensCounted, ttftMs, e2eMs, tokensPerSecond } = answer;
  assertEquals([text, answer.usage, tokens, areTokensCounted], ["Hello", usage, 5, false]);
  assert(ttftMs! > 0 && ttftMs! <= e2eMs);
  assertAlmostEquals(tokensPerSecond, 5000 / e2eMs);
  assertEquals(JSON.parse(server.requests[0]!.body), {
    ...ASK,
    max_tokens: 5,
    stream: true,
    stream_options: { include_usage: true },
  });
  const summary = test.summary();
  assertEquals(rowsOf(summary), ["POST chat 1/0"]);
  assertEquals(summary.measures.map(({ name, unit, count }) => [name, unit, count]), [
    ["POST chat tokens/s", "", 1],
    ["POST chat itl", "ms", 1],
    ["POST chat ttft", "ms", 1],
    ["POST chat tpot", "ms", 1],
    ["POST chat e2e", "ms", 1],
  ]);
});

Deno.test("llm.chat() counts chunks without usage, and marks that", async () => {
  await using server = answering(content("a"), content("b"), content("c"), "[DONE]");
  await using test = testClient(server.url);
  const { tokens, areTokensCounted, usage } = await llm.chat(test.client, "/c", ASK);
  assertEquals([tokens, areTokensCounted, usage], [3, true, null]);
  const names = test.summary().measures.map(({ name }) => name);
  assert(names.includes("POST /c tokens/s (counted from chunks)"), `${names}`);
  assert(names.includes("POST /c tpot (counted from chunks)"), `${names}`);
});

Deno.test("llm.chat() without content has no time to first token", async () => {
  await using server = answering(content(null), "[DONE]");
  await using test = testClient(server.url);
  const { text, ttftMs, tokens, tokensPerSecond } = await llm.chat(test.client, "/c", ASK);
  assertEquals([text, ttftMs, tokens, tokensPerSecond], ["", null, 0, 0]);
  assertEquals(test.summary().measures.map(({ name }) => name), ["POST /c e2e"]);
});

Deno.test("llm.chat() fails its request for an error in the stream, other data and a bad status", async () => {
  await using server = startServer((_, { pathname }) => {
    if (pathname === "/status") return new Response("no", { status: 429 });
    return new Response(pathname === "/error" ? 'data: {"error":{"message":"overloaded"}}\n\n' : "data: oops\n\n");
  });
  await using test = testClient(server.url);
  for (const path of ["/error", "/other", "/status"]) {
    const error = await assertRejects(() => llm.chat(test.client, path, ASK), RequestError);
    assert(test.client.blame(error));
  }
  const summary = test.summary();
  assertEquals(rowsOf(summary), ["POST /error 1/1", "POST /other 1/1", "POST /status 1/1"]);
  assertEquals(errorsOf(summary), [
    "1 error in the stream: overloaded",
    "1 an event of the stream is not a JSON object",
    "1 429 Too Many Requests",
  ]);
});

for (const [what, body] of [["plain JSON", '{"choices":[]}'], ["only [DONE]", "data: [DONE]\n\n"]] as const) {
  Deno.test(`llm.chat() fails a response of status 200 that is ${what}`, async () => {
    await using server = startServer(() => new Response(body, { headers: { "content-type": "application/json" } }));
    await using test = testClient(server.url);
    const error = await assertRejects(() => llm.chat(test.client, "/c", ASK), RequestError);
    assertEquals(
      error.message,
      "no chunk of an answer in the response (application/json), expected a stream of events with choices",
    );
    const summary = test.summary();
    assertEquals([rowsOf(summary), summary.measures.length], [["POST /c 1/1"], 0]);
  });
}

Deno.test("llm.chat() counts reasoning as output, and leaves it out of the text", async () => {
  const thought = JSON.stringify({ choices: [{ delta: { reasoning_content: "hm" } }] });
  await using server = answering(thought, thought, content("a"), "[DONE]");
  await using test = testClient(server.url);
  const { tokens, text } = await llm.chat(test.client, "/c", ASK);
  assertEquals([tokens, text], [3, "a"]);
});

Deno.test("llm.chat() without a request or without messages is a TypeError that names what was expected", async () => {
  await using test = testClient("http://127.0.0.1:1");
  for (const wrong of [undefined, {}, { messages: "hi" }]) {
    const error = await assertRejects(() => llm.chat(test.client, "/c", wrong as unknown as ChatRequest), TypeError);
    assert(error.message.startsWith("Cannot chat with "), error.message);
  }
});
