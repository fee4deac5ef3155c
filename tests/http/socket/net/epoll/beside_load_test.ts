// What else a thread does goes on beside a load at full speed: Deno's event loop knows nothing of these sockets.

import { assertEquals } from "@std/assert";
import { atRest } from "../../../../../lib/http/socket/net/epoll/poller.ts";
import { SocketTransport } from "../../../../../lib/http/socket/socket_transport.ts";
import { WHY_NO_EPOLL } from "./open.ts";
import { type ServerProcess, startServerProcess } from "./server_process.ts";

const USERS = 50;
const LOAD_MS = 1000;
/** Answers by which all are connected, and the load is at full speed. */
const WARM_ANSWERS = 20_000;
/**
 * What goes on beside a load, per second at least: hundreds where the poller gives the event loop its turn, none where it
 * keeps it to itself; so few as this only on a machine that has no time for anything.
 */
const FLOOR_PER_SECOND = 40;

/** Counts what is done over and over until it is stopped. */
class Loop {
  count = 0;
  #isStopped = false;
  readonly #done: Promise<void>;

  constructor(act: () => Promise<unknown>) {
    this.#done = (async () => {
      while (!this.#isStopped) {
        await act();
        this.count++;
      }
    })();
  }

  stop(): Promise<void> {
    this.#isStopped = true;
    return this.#done;
  }
}

/** Sends one request after another. */
function load(transport: SocketTransport, url: URL, onAnswer: () => void): Loop {
  const request = { method: "GET", url, headers: [], body: null };
  return new Loop(() =>
    new Promise<void>((resolve, reject) => {
      const onResponse = () => {
        onAnswer();
        resolve();
      };
      transport.send(request, { onStart() {}, onSent() {}, onResponse, onError: reject });
    })
  );
}

/** Returns how often something is done per second beside a load at full speed on this thread. */
async function rateBesideLoad(port: number, act: () => Promise<unknown>): Promise<string> {
  const url = new URL(`http://127.0.0.1:${port}/`);
  const transports = Array.from({ length: USERS }, () => new SocketTransport());
  const loop = new Loop(act);
  const { promise: end, resolve } = Promise.withResolvers<void>();
  let answers = 0;
  let startMs = 0;
  let countAtStart = 0;
  // The load itself keeps the time: timers may be what does not go on.
  const users = transports.map((transport) =>
    load(transport, url, () => {
      if (++answers === WARM_ANSWERS) {
        startMs = performance.now();
        countAtStart = loop.count;
      } else if (answers > WARM_ANSWERS && performance.now() - startMs > LOAD_MS) resolve();
    })
  );
  await end;
  const seconds = (performance.now() - startMs) / 1000;
  const rate = (loop.count - countAtStart) / seconds;
  const answersPerSecond = (answers - WARM_ANSWERS) / seconds;
  await Promise.all([...users, loop].map((one) => one.stop()));
  for (const transport of transports) transport.close();
  await atRest();
  const text = `${Math.round(rate)} a second beside ${Math.round(answersPerSecond)} answers`;
  return rate >= FLOOR_PER_SECOND ? "goes on" : text;
}

function loadTest(name: string, fn: (server: ServerProcess) => Promise<void>): void {
  Deno.test({
    name: `${name} go on beside a load at full speed${WHY_NO_EPOLL}`,
    ignore: WHY_NO_EPOLL !== "",
    fn: async () => {
      await using server = await startServerProcess();
      await fn(server);
    },
  });
}

// One test each: a timer has Deno look at its connections, too.

loadTest("round trips over a connection of Deno's own", async ({ httpPort, echoPort }) => {
  using echo = await Deno.connect({ hostname: "127.0.0.1", port: echoPort });
  echo.setNoDelay(true);
  const byte = new Uint8Array(1);
  const rate = await rateBesideLoad(httpPort, async () => {
    await echo.write(byte);
    await echo.read(byte);
  });
  assertEquals(rate, "goes on");
});

loadTest("timers", async ({ httpPort }) => {
  const rate = await rateBesideLoad(httpPort, () => new Promise((resolve) => setTimeout(resolve, 1)));
  assertEquals(rate, "goes on");
});
