// Files that are changed on their way from a real coordinator to a real agent.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { Buffer } from "node:buffer";
import { type AddressInfo, connect, createServer } from "node:net";
import { join } from "node:path";
import { Agent, coordinate, Nats, NATS_MISSING } from "../../helpers/processes/cluster.ts";
import { skippableTest } from "../../helpers/skippable.ts";
import { startServer } from "../../helpers/servers/test_server.ts";

/** Stands between an agent and the NATS server, and may replace a word in what the server sends. */
class Tamperer implements AsyncDisposable {
  isActive = true;
  readonly #server;

  constructor(target: string, [from, to]: readonly [string, string]) {
    const [host, port] = target.split(":");
    this.#server = createServer((client) => {
      const server = connect(Number(port), host);
      client.pipe(server);
      server.on("data", (bytes: Buffer) => {
        const text = bytes.toString("latin1");
        client.write(this.isActive ? Buffer.from(text.replaceAll(from, to), "latin1") : bytes);
      });
      for (const [one, other] of [[client, server], [server, client]] as const) {
        one.on("error", () => other.destroy());
        one.on("close", () => other.destroy());
      }
    });
  }

  /** Listens; returns the address. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

skippableTest(
  "an agent refuses files that are changed on their way: one line each, exit 2, no request; it takes the next run",
  NATS_MISSING,
  async () => {
    await using nats = await Nats.start();
    await using server = startServer();
    await using stack = new AsyncDisposableStack();
    const tamperer = stack.use(new Tamperer(nats.address, ["/genuine", "/altered"]));
    const agent = stack.use(new Agent(`nats://secret@${await tamperer.listen()}`, ["--once"]));
    const cwd = await Deno.makeTempDir({ prefix: "locust tampered " });
    stack.defer(() => Deno.remove(cwd, { recursive: true }));
    const script = 'export async function run(client) { await client.get("/genuine"); }';
    await Deno.writeTextFile(join(cwd, "locustfile.ts"), script);
    const run = () => coordinate(nats.url, 1, ["locustfile.ts", "-H", server.url, "-i", "3"], { cwd });

    const { code, stderr } = await run();
    assertEquals([code, server.hits], [2, 0], stderr);
    assertStringIncludes(stderr, "Cannot use the files of the run: their SHA-256 is ");
    await agent.until(
      /Cannot take part in a run: Cannot use the files of the run: their SHA-256 is \w{64}, expected \w{64}/,
    );
    tamperer.isActive = false;
    const next = await run();
    assertEquals([next.code, server.hitsByPath.get("/genuine")], [0, 3], next.stderr);
  },
);
