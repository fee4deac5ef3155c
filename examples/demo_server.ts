/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
// The target of the examples: a small shop on a free port of loopback, in a worker of its own. Posts its base URL.

let count = 0;
let inUse = 0;

/** Answers later the more requests are under way, as a database with few connections does. */
async function contended(): Promise<Response> {
  await new Promise((resolve) => setTimeout(resolve, 2 * ++inUse));
  inUse--;
  return new Response("done\n");
}

function answer(request: Request): Response | Promise<Response> {
  const { pathname } = new URL(request.url);
  const [, kind, argument] = pathname.split("/");
  switch (kind) {
    case "":
      return new Response("Welcome\n");
    case "hello":
      return new Response("Hello\n");
    case "count":
      return new Response(String(++count));
    case "contended":
      return contended();
    case "login":
      return new Response(null, { status: 204, headers: { "set-cookie": "session=1; Path=/" } });
    case "item":
      return Response.json({ id: Number(argument), price: 9.5 });
    case "orders":
      return Response.json(request.headers.has("cookie") ? [{ id: 1 }] : []);
    case "status":
      return new Response("", { status: Number(argument) });
    default:
      return new Response("Not found\n", { status: 404 });
  }
}

Deno.serve({
  port: 0,
  hostname: "127.0.0.1",
  onListen: ({ port }) => self.postMessage(`http://127.0.0.1:${port}`),
}, answer);
