import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { setLogSink } from "../../../lib/script/log.ts";
import { SharedBroadcast } from "../../../lib/script/shared/broadcast.ts";
import { createSharedMemory, SharedTable } from "../../../lib/script/shared/shared_table.ts";
import { inThreads } from "../../helpers/runs/shared_workers.ts";

const broadcastIn = <T>(memory: SharedArrayBuffer) => new SharedBroadcast<T>("b", new SharedTable(memory));
const nextTurn = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("SharedBroadcast calls each listener once, asynchronously, with each message sent while it listens", async () => {
  const broadcast = broadcastIn<string>(createSharedMemory());
  const heard: string[] = [];
  broadcast.send("before");
  const off = broadcast.listen((message) => heard.push(`one ${message}`));
  broadcast.send("a");
  broadcast.listen((message) => heard.push(`two ${message}`));
  broadcast.send("b");
  assertEquals(heard, []);
  await nextTurn();
  off();
  broadcast.send("c");
  await nextTurn();
  assertEquals(heard, ["one a", "one b", "two b", "two c"]);
});

Deno.test("SharedBroadcast logs errors of listeners five times, and other listeners are still called", async () => {
  const lines: string[] = [];
  using _ = captureLog(lines);
  const broadcast = broadcastIn<number>(createSharedMemory());
  let sum = 0;
  broadcast.listen(() => {
    throw new Error("broken");
  });
  broadcast.listen(() => Promise.reject(new Error("rejected")));
  broadcast.listen((message) => sum += message);
  for (const message of [1, 2, 3, 4]) broadcast.send(message);
  await nextTurn();
  assertEquals([sum, lines.length], [10, 5]);
  assertMatch(lines[0]!, /^error A listener of broadcast "b" threw: Error: broken\n/);
});

Deno.test("SharedBroadcast.send() throws if JSON cannot represent the message, or if it is larger than the memory", () => {
  const broadcast = broadcastIn<unknown>(createSharedMemory());
  assertThrows(
    () => broadcast.send(undefined),
    TypeError,
    'Cannot send to broadcast "b": JSON cannot represent undefined',
  );
  assertThrows(() => broadcast.send("x".repeat(2 ** 24)), RangeError, "the message has 16777218 bytes");
});

Deno.test("SharedBroadcast logs how many messages a thread missed because it fell too far behind", async () => {
  const lines: string[] = [];
  using _ = captureLog(lines);
  const broadcast = broadcastIn<string>(createSharedMemory());
  const heard: string[] = [];
  broadcast.listen((message) => heard.push(message[0]!));
  for (const letter of "abcd") broadcast.send(letter.repeat(5_000_000));
  await nextTurn();
  assertEquals([heard, lines], [["b", "c", "d"], ['warning Missed 1 messages of broadcast "b": too far behind']]);
});

Deno.test("SharedBroadcast delivers each message of several sending threads once, in the same order on all", async () => {
  const [one, ...others] = await inThreads<unknown[]>(4, createSharedMemory(), "chat", 2000);
  for (const other of others) assertEquals(other, one);
  assertEquals(new Set(one!.map(String)).size, 8000);
});

Deno.test("SharedBroadcast delivers nothing to another memory", async () => {
  const heard: string[] = [];
  const [here, there] = [broadcastIn<string>(createSharedMemory()), broadcastIn<string>(createSharedMemory())];
  here.listen((message) => heard.push(`here ${message}`));
  there.listen((message) => heard.push(`there ${message}`));
  here.send("x");
  await nextTurn();
  assertEquals(heard, ["here x"]);
});

function captureLog(lines: string[]): Disposable {
  setLogSink((level, text) => lines.push(`${level} ${text}`));
  return { [Symbol.dispose]: () => setLogSink(() => {}) };
}
