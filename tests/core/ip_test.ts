import { assertEquals } from "@std/assert";
import { isIP } from "node:net";
import { ipVersion } from "../../lib/core/ip.ts";

const SPECIAL = [
  ...[
    "",
    "::",
    "::1",
    "1::",
    "1:2:3:4:5:6:7::",
    "::2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7:8:9",
    ":::",
    "1:::2",
  ],
  ...["1::2::3", ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:", "::1.2.3.4", "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4"],
  ...[
    "1:2:3:4:5:6::1.2.3.4",
    "1:2:3:4:5::1.2.3.4",
    "1.2.3.4::",
    "1.2.3.4:1",
    "::1.2.3.256",
    "::12345",
    "::g",
    "FE80::A",
  ],
  ...[
    "fe80::1%eth0",
    "fe80::1%",
    "%eth0",
    "fe80::1%a b",
    "1.2.3.4%eth0",
    "::%25",
    "1.2.3.4",
    "0.0.0.0",
    "255.255.255.255",
  ],
  ...[
    "256.1.1.1",
    "01.2.3.4",
    "1.2.3",
    "1.2.3.4.",
    ".1.2.3.4",
    "1.2.3.4.5",
    " 1.2.3.4",
    "1.2.3.4\n",
    "1..3.4",
    "localhost",
  ],
];

Deno.test("ipVersion() agrees with Node's isIP on addresses, and on strings that almost are", () => {
  for (const text of SPECIAL) assertEquals(ipVersion(text), isIP(text), JSON.stringify(text));
});

Deno.test("ipVersion() agrees with Node's isIP on random pieces of addresses", () => {
  const pieces = ["1", "ab", "ffff", "0", ":", ":", ":", "::", ".", "1.2.3.4", "255", "%e"];
  let seed = 7;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  for (let index = 0; index < 20_000; index++) {
    const length = 1 + Math.floor(random() * 17);
    const text = Array.from({ length }, () => pieces[Math.floor(random() * pieces.length)]).join("");
    assertEquals(ipVersion(text), isIP(text), JSON.stringify(text));
  }
});
