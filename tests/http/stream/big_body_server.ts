// A process of its own, so that its memory is not the client's: answers each request with as many bytes as its path says.

const onListen = ({ port }: Deno.NetAddr) => Deno.stdout.writeSync(new TextEncoder().encode(`${port}\n`));
const part = new Uint8Array(65_536);
Deno.serve({ port: 0, hostname: "127.0.0.1", onListen }, ({ url }) => {
  let left = Number(new URL(url).pathname.slice(1));
  const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    if (left <= 0) return controller.close();
    controller.enqueue(part.slice(0, Math.min(left, part.length)));
    left -= part.length;
  };
  return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }));
});
