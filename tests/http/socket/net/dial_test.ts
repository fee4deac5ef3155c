import { Alpn } from "../../../../lib/http/socket/net/tls/alpn.ts";
import { assertEquals } from "@std/assert";
import { AddressBook } from "../../../../lib/http/socket/net/addresses.ts";
import { Dial, type DialListener } from "../../../../lib/http/socket/net/dial.ts";
import { atRest } from "../../../../lib/http/socket/net/epoll/poller.ts";
import { openNodeSocket } from "../../../../lib/http/socket/net/node_socket.ts";
import { openSocket } from "../../../../lib/http/socket/net/open_socket.ts";
import { routeFor } from "../../../../lib/http/socket/net/route.ts";
import type { SocketOpener, WireSocket } from "../../../../lib/http/socket/net/wire_socket.ts";
import type { TransportError } from "../../../../lib/http/transport.ts";

/** Only the last one reaches a listener on 127.0.0.1; the others refuse. */
const ADDRESSES = ["127.0.0.3", "127.0.0.2", "127.0.0.1"];

/** The fastest sockets of this machine, and Node's if those differ. */
const OPENERS: readonly (readonly [name: string, opener: SocketOpener])[] = [
  ["socket", openSocket],
  ["socket over Node", openNodeSocket],
];

/** Dials a.test and closes the connection; resolves with the result. */
function dial(book: AddressBook, port: number, opener: SocketOpener): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const nothing = () => {};
  const listener: DialListener = {
    onDialing: nothing,
    onDialed(socket: WireSocket) {
      socket.destroy();
      resolve("connected");
    },
    onDialFailed: (error: TransportError) => resolve(`${error.kind}: ${error.message}`),
    onBytes: nothing,
    onConnect: nothing,
    onSecure: nothing,
    onEnd: nothing,
    onError: nothing,
  };
  new Dial({ key: "", isTls: false, host: "a.test", port }, routeFor({}, opener), listener, Alpn.HTTP1, book);
  return promise;
}

function testBook(): AddressBook {
  return new AddressBook(() => Promise.resolve([...ADDRESSES]));
}

for (const [name, opener] of OPENERS) {
  for (const count of [1, 2, 3, 50]) {
    Deno.test(`${name}: ${count} concurrent dials each find the address that accepts, and move it to the front`, async () => {
      using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const { port } = listener.addr;
      const book = testBook();
      const outcomes = await Promise.all(Array.from({ length: count }, () => dial(book, port, opener)));
      assertEquals(outcomes, Array(count).fill("connected"));
      assertEquals(await book.resolve("a.test"), ["127.0.0.1", "127.0.0.3", "127.0.0.2"]);
      assertEquals(await dial(book, port, opener), "connected");
      assertEquals(await book.resolve("a.test"), ["127.0.0.1", "127.0.0.3", "127.0.0.2"]);
      await atRest();
    });
  }

  Deno.test(`${name}: a dial whose addresses all refuse is refused`, async () => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    listener.close();
    assertEquals(await dial(testBook(), port, opener), "refused: connection refused");
    await atRest();
  });
}
