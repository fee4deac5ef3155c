// The order of events and writes, and what remains at the end.

import { assert, assertEquals, assertThrows } from "@std/assert";
import { setImmediate } from "node:timers";
import { EpollSocket } from "../../../../../lib/http/socket/net/epoll/epoll_socket.ts";
import { READ_BUFFER } from "../../../../../lib/http/socket/net/read_buffer.ts";
import type { SocketListener } from "../../../../../lib/http/socket/net/wire_socket.ts";
import {
  EPOLLIN,
  EPOLLOUT,
  EPOLLRDHUP,
  Poller,
  releasePoller,
  sharedPoller,
  type Watched,
} from "../../../../../lib/http/socket/net/epoll/poller.ts";
import { systemCalls } from "../../../../../lib/http/socket/net/epoll/system_calls.ts";
import { FakeCalls } from "./fake_calls.ts";

const PLAIN = { endpoint: { host: "127.0.0.1", port: 1 }, security: null };

function unexpected(): never {
  throw new Error("not expected");
}

/** Runs one turn of the poller and its consequences. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setTimeout(resolve, 0)));
}

/** A watched file that records its events. */
function recorded(name: string, told: string[], then = () => {}): Watched {
  return {
    onReady(events) {
      told.push(`${name} ${events}`);
      then();
    },
  };
}

/** A poller that watches one file, number 7, with another thread waiting for it. */
async function asleep(then: (poller: Poller) => void = () => {}) {
  const fake = new FakeCalls();
  const poller = new Poller(fake.calls);
  const told: string[] = [];
  const watched = recorded("first", told, () => then(poller));
  poller.watch(7, watched);
  await turn();
  assertEquals([fake.isWaiting, told], [true, []]);
  fake.log.length = 0;
  return { fake, poller, told, watched, event: fake.events.get(7)! };
}

Deno.test("an event reaches only its file, with its bits", async () => {
  const { fake, poller, told, event } = await asleep();
  poller.watch(8, recorded("second", told));
  await turn();
  fake.found.push([[fake.events.get(8)!, EPOLLIN], [event, EPOLLIN | EPOLLOUT]]);
  fake.endWait(1);
  await turn();
  assertEquals(told, ["second 1", "first 5"]);
});

Deno.test("an event of a forgotten file is dropped, even if a newer file has its number", async () => {
  const { fake, poller, told, event } = await asleep();
  poller.forget(7);
  poller.watch(7, recorded("second", told));
  fake.found.push([[event, EPOLLIN], [fake.events.get(7)!, EPOLLOUT], [event, EPOLLIN]]);
  await turn();
  assertEquals(told, ["second 4"]);
});

Deno.test("a file forgotten during another file's event gets no event", async () => {
  const { fake, poller, told, event } = await asleep((poller) => poller.forget(8));
  poller.watch(8, recorded("second", told));
  fake.found.push([[event, EPOLLIN], [fake.events.get(8)!, EPOLLIN]]);
  await turn();
  assertEquals(told, ["first 1"]);
});

Deno.test("requests are written in order, once, at the next turn, before polling", async () => {
  const { fake, poller } = await asleep();
  const write = (name: string) => () => void fake.log.push(name);
  poller.add({
    write() {
      fake.log.push("1");
      poller.add({ write: write("added by 1") });
    },
  });
  for (const name of ["2", "3"]) poller.add({ write: write(name) });
  assertEquals(fake.log, []);
  await turn();
  await turn();
  assertEquals(fake.log, ["1", "2", "3", "look", "added by 1", "look"]);
});

Deno.test("while many connect, a few requests are written per turn, and finally all, in order", async () => {
  const { calls } = new FakeCalls();
  const poller = new Poller(calls, () => true);
  const written: number[] = [];
  const indexes = Array.from({ length: 50 }, (_, index) => index);
  for (const index of indexes) poller.add({ write: () => void written.push(index) });
  await new Promise((resolve) => setImmediate(resolve));
  assert(written.length > 0 && written.length < 10, `${written.length} in the first turn`);
  for (let turns = 0; turns < 50 && written.length < indexes.length; turns++) await turn();
  assertEquals(written, indexes);
});

Deno.test("a request is written even if no file is watched", async () => {
  const fake = new FakeCalls();
  const poller = new Poller(fake.calls);
  poller.add({ write: () => void fake.log.push("written") });
  await turn();
  assertEquals([fake.log, poller.isAtRest], [["written"], true]);
});

Deno.test("the event loop gets a pause every 20 ms while turns are long, and none while it polls by itself", async () => {
  const TURNS = 200;
  const countPauses = async (turnMs: number) => {
    const fake = new FakeCalls();
    let now = 0;
    const poller = new Poller(fake.calls, () => false, () => now += turnMs);
    poller.watch(7, { onReady() {} });
    for (let turns = 0; turns < TURNS; turns++) fake.found.push([[fake.events.get(7)!, EPOLLIN]]);
    while (fake.found.length > 0) {
      await turn();
      fake.endWait(0);
    }
    poller.forget(7);
    await turn();
    return fake.log.filter((call) => call === "wait 0").length;
  };
  assertEquals(await countPauses(0.1), 0);
  const count = await countPauses(1);
  assert(count >= TURNS / 25 && count <= TURNS / 15, `${count} pauses in ${TURNS} ms`);
});

Deno.test("again() calls a file at the next turn, once, without an event", async () => {
  const { fake, poller, told, watched } = await asleep();
  poller.again(watched);
  fake.endWait(1);
  await turn();
  assertEquals(told, ["first 1"]);
  fake.endWait(1);
  await turn();
  assertEquals(told, ["first 1"]);
});

Deno.test("again() does not wait for an event, even while another thread does", async () => {
  let isLeft = true;
  const { fake, poller, told, watched, event } = await asleep((poller) => {
    if (isLeft) poller.again(watched);
    isLeft = false;
  });
  fake.found.push([[event, EPOLLIN]]);
  poller.add({ write() {} }); // causes a turn before the other thread has seen the event
  for (let turns = 0; turns < 3; turns++) await turn();
  assertEquals(told, ["first 1", "first 1"]);
});

Deno.test("a socket that the system refuses to watch is closed, and the poller is at rest", () => {
  const fake = new FakeCalls();
  const poller = new Poller(fake.calls);
  fake.isFull = true;
  const listener: SocketListener = {
    onConnect: unexpected,
    onSecure: unexpected,
    onBytes: unexpected,
    onEnd: unexpected,
    onError: unexpected,
  };
  const address = { family: 2, bytes: new Uint8Array(16) };
  assertThrows(() => new EpollSocket(fake.calls, poller, address, PLAIN, listener), Error, "epoll_ctl");
  assertEquals([fake.log, poller.isAtRest], [["close 7"], true]);
});

Deno.test("the end of a connection is reported after an answer that takes several turns to read", async () => {
  const fake = new FakeCalls();
  const poller = new Poller(fake.calls);
  const told: string[] = [];
  let bytes = 0;
  const listener: SocketListener = {
    onConnect: () => told.push("connect"),
    onSecure: unexpected,
    onBytes: (_, length) => bytes += length,
    onEnd: () => told.push("end"),
    onError: unexpected,
  };
  new EpollSocket(fake.calls, poller, { family: 2, bytes: new Uint8Array(16) }, PLAIN, listener);
  fake.reads.push(...Array(20).fill(READ_BUFFER.length), 1000, 0);
  fake.found.push([[fake.events.get(7)!, EPOLLIN | EPOLLOUT | EPOLLRDHUP]]);
  for (let turns = 0; turns < 4; turns++) {
    await turn();
    fake.endWait(0);
  }
  assertEquals([told, bytes], [["connect", "end"], 20 * READ_BUFFER.length + 1000]);
});

Deno.test("the poller is at rest once the last file is forgotten and the other thread has returned", async () => {
  const { fake, poller } = await asleep();
  poller.watch(8, recorded("second", []));
  poller.forget(8);
  await turn();
  let isAtRest = false;
  assertEquals([poller.isAtRest, fake.log.includes("wake")], [false, false]);
  await poller.atRest(); // resolves at once: a file is watched
  poller.forget(7);
  const rest = poller.atRest().then(() => isAtRest = true);
  assertEquals([fake.log.at(-1), isAtRest, poller.isAtRest], ["wake", false, false]);
  await rest;
  assertEquals([poller.isAtRest, fake.isWaiting], [true, false]);
  poller.forget(7); // a second call is harmless
  assertEquals(poller.isAtRest, true);
});

Deno.test("a poller at rest can watch files again", async () => {
  const { fake, poller, told } = await asleep();
  poller.forget(7);
  await poller.atRest();
  poller.watch(9, recorded("second", told));
  fake.found.push([[fake.events.get(9)!, EPOLLOUT]]);
  await turn();
  assertEquals([told, poller.isAtRest], [["second 4"], false]);
});

const WHY_NOT = systemCalls === null ? " (skipped: no system calls of our own here)" : "";

Deno.test({
  name: `releasePoller() closes its files, and sharedPoller() then creates another poller${WHY_NOT}`,
  ignore: systemCalls === null,
  fn: async () => {
    await releasePoller();
    const files = () => [...Deno.readDirSync("/proc/self/fd")].length;
    const before = files();
    const first = sharedPoller();
    assertEquals([files() - before, sharedPoller() === first], [2, true]);
    await releasePoller();
    assertEquals(files() - before, 0);
    const second = sharedPoller();
    assert(second !== first);
    await releasePoller();
    assertEquals(files() - before, 0);
  },
});
