import { assertEquals, assertRejects } from "@std/assert";
import { AddressBook } from "../../../../lib/http/socket/net/addresses.ts";
import { DNS_LIFE_MS } from "../../../../lib/http/socket/limits.ts";
import { TransportError } from "../../../../lib/http/transport.ts";

/** A book with a counting look-up and a clock that stands still. */
function testBook(found: (host: string) => string[]) {
  const seen = { asked: [] as string[], nowMs: 1000 };
  const book = new AddressBook((host) => {
    seen.asked.push(host);
    try {
      return Promise.resolve(found(host));
    } catch (error) {
      return Promise.reject(error);
    }
  }, () => seen.nowMs);
  return { book, seen };
}

Deno.test("AddressBook looks a name up once while it is cached, and again after that", async () => {
  const { book, seen } = testBook(() => ["192.0.2.1", "2001:db8::1"]);
  const [one, other] = await Promise.all([book.resolve("a.test"), book.resolve("a.test")]);
  assertEquals([one, other], [["192.0.2.1", "2001:db8::1"], ["192.0.2.1", "2001:db8::1"]]);
  seen.nowMs += DNS_LIFE_MS - 1;
  await book.resolve("a.test");
  assertEquals(seen.asked, ["a.test"]);
  seen.nowMs += 1;
  await book.resolve("a.test");
  await book.resolve("b.test");
  assertEquals(seen.asked, ["a.test", "a.test", "b.test"]);
});

Deno.test("AddressBook returns a cached name synchronously, so that no look-up time is measured", async () => {
  const { book } = testBook(() => ["192.0.2.1"]);
  const asked = book.resolve("a.test");
  assertEquals([asked instanceof Promise, book.resolve("a.test") instanceof Promise], [true, true]);
  await asked;
  assertEquals(book.resolve("a.test"), ["192.0.2.1"]);
});

Deno.test("AddressBook returns addresses of both families without a look-up", () => {
  const { book, seen } = testBook(() => []);
  assertEquals([book.resolve("127.0.0.1"), book.resolve("::1"), seen.asked], [["127.0.0.1"], ["::1"], []]);
});

Deno.test("AddressBook looks a name up again that was not found, by an error or without addresses", async () => {
  const answers = [
    () => {
      throw new Error("getaddrinfo EAI_AGAIN");
    },
    () => [],
    () => ["192.0.2.1"],
  ];
  const { book } = testBook(() => answers.shift()!());
  for (let round = 0; round < 2; round++) {
    const error = await assertRejects(async () => await book.resolve("a.test"), TransportError);
    assertEquals([error.kind, error.message], ["dns", "host not found: a.test"]);
  }
  assertEquals(await book.resolve("a.test"), ["192.0.2.1"]);
});

Deno.test("AddressBook moves the address that worked to the front, and keeps the order of the others", async () => {
  const { book } = testBook(() => ["2001:db8::1", "2001:db8::2", "192.0.2.1"]);
  book.prefer(await book.resolve("a.test"), "192.0.2.1");
  assertEquals(await book.resolve("a.test"), ["192.0.2.1", "2001:db8::1", "2001:db8::2"]);
  book.prefer(await book.resolve("a.test"), "192.0.2.9");
  assertEquals(await book.resolve("a.test"), ["192.0.2.1", "2001:db8::1", "2001:db8::2"]);
});
