// Other work of a thread continues beside a load at full speed, although Deno's event loop does not know these sockets.

import { assertEquals } from "@std/assert";
import { atRest } from "../../../../../lib/http/socket/net/epoll/poller.ts";
import { SocketTransport } from "../../../../../lib/http/socket/socket_transport.ts";
import { WHY_NO_EPOLL } from "./open.ts";
import { type ServerProcess, startServerProcess } from "./server_process.ts";

const USERS = 50;
const LOAD_MS = 1000;
/** Answers after which all users are connected and the load is at full speed. */
const WARM_ANSWERS = 20_000;
/**
 * Least rate of other work beside a load, per second: it is hundreds if the poller yields to the event loop, and 0 if it
 * does not. Only an overloaded machine gets near this value.
 */
const FLOOR_PER_SECOND = 40;

/** Counts repetitions of an action until it is stopped. */
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

/** Sends requests, one after the other. */
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

/** Returns the rate of an action, per second, beside a load at full speed on this thread. */
async function rateBesideLoad(port: number, act: () => Promise<unknown>): Promise<string> {
  const url = new URL(`http://127.0.0.1:${port}/`);
  const transports = Array.from({ length: USERS }, () => new SocketTransport());
  const loop = new Loop(act);
  const { promise: end, resolve } = Promise.withResolvers<void>();
  let answers = 0;
  let startMs = 0;
  let countAtStart = 0;
  // The load measures the time, since timers may be what is blocked.
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
    name: `${name} continue beside a load at full speed${WHY_NO_EPOLL}`,
    ignore: WHY_NO_EPOLL !== "",
    fn: async () => {
      await using server = await startServerProcess();
      await fn(server);
    },
  });
}

// One test each: a timer makes Deno poll its connections, too.

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
