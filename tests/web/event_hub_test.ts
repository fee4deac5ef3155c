import { assert, assertEquals } from "@std/assert";
import { EventHub } from "../../lib/web/event_hub.ts";

const decoder = new TextDecoder();

async function next(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
  return decoder.decode((await reader.read()).value);
}

Deno.test("EventHub sends a reader the state first, then every event", async () => {
  const hub = new EventHub(() => ({ count: 1 }));
  const reader = hub.open().getReader();
  hub.send("view", { count: 2 });
  assertEquals(await next(reader), 'event: state\ndata: {"count":1}\n\n');
  assertEquals(await next(reader), 'event: view\ndata: {"count":2}\n\n');
  hub.close();
  assertEquals((await reader.read()).done, true);
});

Deno.test("EventHub keeps a bounded number of events for a reader that does not read, and sends it the state then", async () => {
  let count = 0;
  const hub = new EventHub(() => ({ count }));
  const [slow, fast] = [hub.open().getReader(), hub.open().getReader()];
  const seen: string[] = [await next(fast)];
  for (count = 1; count <= 10_000; count++) {
    hub.send("view", count);
    seen.push(await next(fast));
  }
  assertEquals(seen.length, 10_001);
  assertEquals(seen.at(-1), "event: view\ndata: 10000\n\n");
  const received: string[] = [];
  while (!received.at(-1)?.includes('"count":10001')) received.push(await next(slow));
  assert(received.length < 50, `${received.length} events waited`);
  hub.send("view", "again");
  assertEquals(await next(slow), 'event: view\ndata: "again"\n\n');
  hub.close();
});

Deno.test("EventHub forgets a reader that goes away", async () => {
  const hub = new EventHub(() => null);
  const stream = hub.open();
  assertEquals(hub.size, 1);
  await stream.cancel();
  assertEquals(hub.size, 0);
  hub.send("view", 1);
  hub.close();
});

Deno.test("EventHub has a bounded number of readers: the first one goes", async () => {
  const hub = new EventHub(() => null);
  const first = hub.open().getReader();
  for (let reader = 0; reader < 300; reader++) hub.open();
  assertEquals(hub.size, 200);
  await first.read();
  assertEquals((await first.read()).done, true);
  hub.close();
});
