/** A server on loopback that counts requests. */
export interface TestServer extends AsyncDisposable {
  /** Base URL without a trailing slash. */
  readonly url: string;
  /** Requests seen, including targets of redirects. */
  readonly hits: number;
  /** Requests seen by path. */
  readonly hitsByPath: ReadonlyMap<string, number>;
  /** Method, path with query, headers and body of each request, in order. */
  readonly requests: readonly SeenRequest[];
}

/** One request as the server saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}

/** Waits until a server has seen a request. */
export async function untilHit(server: TestServer): Promise<void> {
  while (server.hits === 0) await new Promise((resolve) => setTimeout(resolve, 10));
}

type Handler = (request: Request, url: URL) => Response | Promise<Response>;

/**
 * Starts the server on a free port. Paths: `/status/N`, `/delay/MS`, `/redirect/N` (N hops to `/`), `/set-cookie`,
 * `/echo` (the request as JSON), anything else answers 200 with `hello <path>`.
 */
export function startServer(handler: Handler = answer): TestServer {
  const hitsByPath = new Map<string, number>();
  const requests: SeenRequest[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const url = new URL(request.url);
    hitsByPath.set(url.pathname, (hitsByPath.get(url.pathname) ?? 0) + 1);
    const copy = request.clone();
    const seen = { method: request.method, path: url.pathname + url.search, headers: request.headers };
    requests.push({ ...seen, body: await copy.text() });
    return await handler(request, url);
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    get hits() {
      return [...hitsByPath.values()].reduce((sum, count) => sum + count, 0);
    },
    hitsByPath,
    requests,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function answer(request: Request, url: URL): Promise<Response> {
  const [, kind, argument] = url.pathname.split("/");
  switch (kind) {
    case "status":
      return new Response("", { status: Number(argument) });
    case "delay":
      await new Promise((resolve) => setTimeout(resolve, Number(argument)));
      return new Response("late");
    case "redirect": {
      const left = Number(argument);
      return new Response(null, { status: 302, headers: { location: left > 1 ? `/redirect/${left - 1}` : "/" } });
    }
    case "set-cookie":
      return new Response("", { headers: { "set-cookie": `id=${argument ?? "1"}; Path=/` } });
    case "echo":
      return Response.json({
        method: request.method,
        path: url.pathname + url.search,
        headers: Object.fromEntries(request.headers),
        body: await request.text(),
      });
    default:
      return new Response(`hello ${url.pathname}`);
  }
}
