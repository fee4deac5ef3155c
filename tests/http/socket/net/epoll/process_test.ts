// Separate processes: how they end while sockets wait, and which sockets they use without all permissions.

import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { answer } from "../../../conformance/cases/case.ts";
import { startRecording } from "../../../conformance/seen_request.ts";
import { WHY_NO_EPOLL } from "./open.ts";

const ROOT = fileURLToPath(new URL("../../../../../", import.meta.url));
const SOCKET = `${ROOT}lib/http/socket`;
/** Longer than any of them takes, in milliseconds. */
const LIMIT_MS = 20_000;

/** Runs the first of some modules as a program; returns its exit code and output. */
async function run(flags: readonly string[], ...sources: readonly string[]): Promise<[code: number, output: string]> {
  const folder = await Deno.makeTempDir({ prefix: "locust process " });
  try {
    const paths = sources.map((_, index) => `${folder}/${index}.ts`);
    await Promise.all(sources.map((source, index) => Deno.writeTextFile(paths[index]!, source)));
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--no-check", `--config=${ROOT}deno.json`, ...flags, paths[0]!],
      signal: AbortSignal.timeout(LIMIT_MS),
      stdin: "null",
      env: { NO_COLOR: "1" },
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
    return [code, text(stdout) + text(stderr)];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A program that prints which sockets it uses for plain text, and a server's answer. */
const asking = (port: number) => `
  import { openEpollSocket } from "${SOCKET}/net/epoll/epoll_socket.ts";
  import { createTransport } from "${ROOT}lib/http/transports.ts";
  const nothing = { onBytes() {}, onConnect() {}, onSecure() {}, onEnd() {}, onError() {} };
  const socket = openEpollSocket({ endpoint: { host: "127.0.0.1", port: ${port} }, security: null }, nothing);
  socket?.destroy();
  const transport = createTransport("socket", {}, null);
  const request = { method: "GET", url: new URL("http://127.0.0.1:${port}/"), headers: [], body: null };
  const response = await new Promise((onResponse, onError) => {
    transport.send(request, { onStart() {}, onSent() {}, onResponse, onError });
  });
  console.log(socket === null ? "Node" : "system calls", new TextDecoder().decode(response.body));
  transport.close();`;

interface PermissionCase {
  readonly name: string;
  readonly flags: (port: number) => readonly string[];
  readonly expected: string;
}

const read = `--allow-read=${ROOT}`;
const CASES: readonly PermissionCase[] = [
  {
    name: "with ffi, net and read",
    flags: () => ["--allow-net", "--allow-ffi", read],
    expected: WHY_NO_EPOLL === "" ? "system calls" : "Node",
  },
  { name: "without ffi", flags: () => ["--allow-net", read], expected: "Node" },
  {
    name: "with net for one server only",
    flags: (port) => [`--allow-net=127.0.0.1:${port}`, "--allow-ffi", read],
    expected: "Node",
  },
  {
    name: "with net but for one server",
    flags: () => ["--allow-net", "--deny-net=127.0.0.9", "--allow-ffi", read],
    expected: "Node",
  },
  {
    name: "with net for one server only, without ffi",
    flags: (port) => [`--allow-net=127.0.0.1:${port}`, read],
    expected: "Node",
  },
];

for (const { name, flags, expected } of CASES) {
  Deno.test(`a process ${name} connects by ${expected}`, async () => {
    await using server = startRecording(() => answer("hello"));
    assertEquals(await run(flags(server.port), asking(server.port)), [0, `${expected} hello`]);
    assertEquals(server.requests.length, 1);
  });
}

Deno.test("a server without permission is not connected to, although system calls could", async () => {
  await using server = startRecording(() => answer("hello"));
  const flags = ["--allow-net", `--deny-net=127.0.0.1:${server.port}`, "--allow-ffi", read];
  const [code, output] = await run(flags, asking(server.port));
  assertEquals([code, output.includes("not permitted"), server.connections], [1, true, 0], output);
});

/** A worker that sends two requests and posts the results. */
const sending = (port: number) => `
  import { createTransport } from "${ROOT}lib/http/transports.ts";
  for (const path of ["never", "soon"]) {
    const request = { method: "GET", url: new URL("http://127.0.0.1:${port}/" + path), headers: [], body: null };
    createTransport("socket", {}, null).send(request, {
      onStart() {},
      onSent() {},
      onResponse: (response) => self.postMessage(new TextDecoder().decode(response.body)),
      onError: (error) => self.postMessage(error.message),
    });
  }`;

/** Starts the worker, terminates it after its first message, and waits until its thread has ended. */
const TERMINATING = `
  const isWorker = (thread) => {
    try {
      return Deno.readTextFileSync("/proc/self/task/" + thread + "/comm").startsWith("worker");
    } catch {
      return false; // it has just exited
    }
  };
  const countWorkers = () => [...Deno.readDirSync("/proc/self/task")].filter(({ name }) => isWorker(name)).length;
  const worker = new Worker(new URL("./1.ts", import.meta.url), { type: "module" });
  await new Promise((resolve) => worker.onmessage = ({ data }) => resolve(console.log(data, countWorkers())));
  await new Promise((resolve) => setTimeout(resolve, 100)); // until it only waits
  worker.terminate();
  while (countWorkers() > 0) await new Promise((resolve) => setTimeout(resolve, 10));`;

Deno.test({
  name: `a worker whose connection waits for an answer ends when it is terminated${WHY_NO_EPOLL}`,
  ignore: WHY_NO_EPOLL !== "",
  fn: async () => {
    const { promise: end, resolve } = Promise.withResolvers<boolean>();
    await using server = startRecording(({ line }) =>
      line.includes("/never") ? end as Promise<never> : answer("hello")
    );
    assertEquals(await run(["-A"], TERMINATING, sending(server.port)), [0, "hello 1"]);
    resolve(false);
    assertEquals(server.requests.map(({ line }) => line.split(" ")[1]).sort(), ["/never", "/soon"]);
  },
});
