/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
// The target of the examples: a small shop on a free loopback port, in its own worker. Posts its base URL.

const SHOP = `<!doctype html><title>Shop</title><button onclick="buy()">Buy</button><p role="status"></p><script>
async function buy() {
  const answer = await fetch("/item/1");
  if (answer.ok) document.querySelector("p").textContent = "Thank you";
}
</script>`;

let count = 0;
let lastOrder = 0;
const unpaidOrders = new Set<number>();
let inUse = 0;

/** Responds later the more requests are in flight, like a database with few connections. */
async function contended(): Promise<Response> {
  await new Promise((resolve) => setTimeout(resolve, 2 * ++inUse));
  inUse--;
  return new Response("done\n");
}

function createOrder(): Response {
  unpaidOrders.add(++lastOrder);
  return Response.json({ id: lastOrder }, { status: 201 });
}

/** Pays for an order, once. */
function pay(order: number): Response {
  if (unpaidOrders.delete(order)) return new Response(null, { status: 204 });
  return new Response("Paid already, or never created\n", { status: 409 });
}

/** Sends every message back. */
function echo(request: Request): Response {
  if (request.headers.get("upgrade") !== "websocket") return new Response("Expected a WebSocket\n", { status: 426 });
  const { socket, response } = Deno.upgradeWebSocket(request);
  socket.onmessage = ({ data }) => socket.send(data);
  return response;
}

/** Sends events one after the other. */
function eventStream(events: readonly string[]): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      for (const event of events) {
        controller.enqueue(encoder.encode(`${event}\n\n`));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      controller.close();
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

const PRICES = [1, 2, 3].map((id) => `event: price\nid: ${id}\ndata: {"price":${9 + id},"done":${id === 3}}`);
const TOKENS = [
  ...["Because", " it", " is"].map((content) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}`),
  'data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":3,"total_tokens":4}}',
  "data: [DONE]",
];

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
      if (request.method === "POST") return argument === undefined ? createOrder() : pay(Number(argument));
      return Response.json(request.headers.has("cookie") ? [{ id: 1 }] : []);
    case "shop":
      return new Response(SHOP, { headers: { "content-type": "text/html" } });
    case "events":
      return eventStream(PRICES);
    case "v1":
      return eventStream(TOKENS);
    case "ws":
      return echo(request);
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
