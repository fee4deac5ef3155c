// Independent servers, to check our reading of HTTP/2.

import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { TransportError, type WireRequest } from "../../../../lib/http/transport.ts";
import { certificates, tlsTest } from "../../conformance/tls/tls.ts";
import { type Outcome, testTransport } from "../../conformance/send.ts";
import { skippableTest } from "../../../helpers/skippable.ts";

/** A server that is running. */
interface RealServer extends AsyncDisposable {
  /** Base URL without a trailing slash. */
  readonly url: string;
}

const BODY = new Uint8Array(1_000_000).map((_, index) => index * 31);

/** hyper, in Deno: echoes bodies, returns as many bytes as the path specifies, sets cookies. */
function startHyper(isTls: boolean): RealServer {
  const { cert, key } = certificates.local;
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen() {},
    ...(isTls ? { cert, key } : {}),
    handler: async (request) => {
      const { pathname } = new URL(request.url);
      const size = Number(pathname.slice(1));
      const seen = ["x-test", "cookie", "content-length"].map((name) => request.headers.get(name)).join("|");
      const headers = new Headers({ "x-seen": seen });
      headers.append("set-cookie", "a=1");
      headers.append("set-cookie", "b=2; Path=/");
      const body = request.body === null ? new Uint8Array(size) : await request.bytes();
      return new Response(body, { headers });
    },
  });
  return {
    url: `${isTls ? "https://localhost" : "http://127.0.0.1"}:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

const has = (command: string) => {
  try {
    new Deno.Command(command, { args: ["--version"], stdout: "null", stderr: "null" }).outputSync();
    return true;
  } catch {
    return false;
  }
};

/** nghttpd, of nghttp2: serves files of a folder. */
async function startNghttpd(isTls: boolean, folder: string): Promise<RealServer> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const certified = isTls ? [`${certificates.folder}/local.key`, `${certificates.folder}/local.crt`] : ["--no-tls"];
  const args = ["-a", "127.0.0.1", "-d", folder, "--trailer", "x-sum: 7", "--echo-upload", String(port), ...certified];
  const process = new Deno.Command("nghttpd", { args, stdout: "null", stderr: "null" }).spawn();
  for (let isUp = false; !isUp;) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      isUp = true;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  return {
    url: `${isTls ? "https://localhost" : "http://127.0.0.1"}:${port}`,
    async [Symbol.asyncDispose]() {
      process.kill();
      await process.status;
    },
  };
}

function request(url: string, changes: Partial<WireRequest> = {}): WireRequest {
  return {
    method: "GET",
    url: new URL(url),
    headers: [["x-test", "1"], ["cookie", "c=1; d=2"]],
    body: null,
    ...changes,
  };
}

function whole(outcome: Outcome) {
  if (outcome instanceof TransportError) throw outcome;
  assertEquals(outcome.status, 200);
  return outcome;
}

for (const transport of ["socket", "socket over Node"] as const) {
  for (const isTls of [false, true]) {
    const where = `${transport}, ${isTls ? "TLS" : "plain text"}`;
    const options = { caCerts: isTls ? [certificates?.ca ?? ""] : [], http: "2" as const };

    tlsTest(`hyper (${where}): bodies of all sizes, both ways, at once`, async () => {
      await using server = startHyper(isTls);
      for (let user = 0; user < 2; user++) {
        await using test = testTransport(transport, options);
        const first = whole(await test.send(request(`${server.url}/0`)));
        assertEquals(first.header("x-seen"), "1|c=1; d=2|");
        assertEquals(first.setCookies, ["a=1", "b=2; Path=/"]);
        const sizes = [0, 1, 16_384, 16_385, 65_535, 65_536, 1_000_000, 3_000_000];
        const down = sizes.map((size) => test.send(request(`${server.url}/${size}`)));
        const up = sizes.map((size) => {
          const body = BODY.subarray(0, size);
          return test.send(request(`${server.url}/0`, { method: "POST", body }));
        });
        const stream = test.send(
          request(`${server.url}/0`, { method: "PUT", body: ReadableStream.from([BODY, BODY]) }),
        );
        assertEquals((await Promise.all(down)).map((one) => whole(one).body.length), sizes);
        for (const [index, outcome] of (await Promise.all(up)).entries()) {
          const { body } = whole(outcome);
          assert(Buffer.from(body).equals(BODY.subarray(0, sizes[index])), `${sizes[index]} bytes`);
        }
        assertEquals(whole(await stream).body.length, 2 * BODY.length);
        assertEquals(test.seen, { connected: 1, repeats: 0 });
      }
    });

    const missing = certificates === null ? "no openssl here" : has("nghttpd") ? null : "no nghttpd here";
    skippableTest(`nghttpd (${where}): files, trailers and echoed uploads`, missing, async () => {
      const folder = await Deno.makeTempDir({ prefix: "locust nghttpd " });
      try {
        await Deno.writeFile(`${folder}/a`, BODY);
        await using server = await startNghttpd(isTls, folder);
        for (let user = 0; user < 2; user++) {
          await using test = testTransport(transport, options);
          for (let round = 0; round < 3; round++) {
            const { body, trailers } = whole(await test.send(request(`${server.url}/a`)));
            assert(Buffer.from(body).equals(BODY));
            assertEquals(trailers, [["x-sum", "7"]]);
          }
          const many = Array.from({ length: 300 }, () => test.send(request(`${server.url}/a`, { method: "HEAD" })));
          assertEquals((await Promise.all(many)).map((one) => whole(one).body.length), Array(300).fill(0));
          const echoed = whole(await test.send(request(`${server.url}/x`, { method: "POST", body: BODY })));
          assert(Buffer.from(echoed.body).equals(BODY));
          assertEquals(test.seen, { connected: 1, repeats: 0 });
        }
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    });
  }
}
