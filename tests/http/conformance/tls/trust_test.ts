// Which certificates a transport trusts, and how it reports the others.

import { assert, assertEquals } from "@std/assert";
import type { TransportOptions } from "../../../../lib/http/transport.ts";
import type { Certified } from "../../../helpers/http/certificates.ts";
import { TESTED, TESTED_HTTP2 } from "../../../helpers/http/tested_transports.ts";
import { testTransport } from "../send.ts";
import { certificates, outcomeOf, secure, startTls, tlsTest } from "./tls.ts";

interface TrustCase {
  readonly name: string;
  readonly certified: () => Certified;
  readonly options: () => TransportOptions;
  readonly host?: string;
  /** The body, or kind and message of the failure. */
  readonly expected: string;
  /** Why fetch does not support it. */
  readonly notForFetch?: string;
}

const trusting = () => ({ caCerts: [certificates.ca] });
const insecure = () => ({ insecure: true });
const NO_INSECURE = "fetch always checks certificates";

const TRUST_CASES: readonly TrustCase[] = [
  { name: "a name it is for", certified: () => certificates.local, options: trusting, expected: "hello" },
  {
    name: "an address it is for",
    certified: () => certificates.local,
    options: trusting,
    host: "127.0.0.1",
    expected: "hello",
  },
  {
    name: "an authority among several",
    certified: () => certificates.local,
    options: () => ({ caCerts: [certificates.selfSigned.cert, certificates.ca] }),
    expected: "hello",
  },
  {
    name: "an unknown authority",
    certified: () => certificates.local,
    options: () => ({}),
    expected: "tls: TLS: certificate issuer is unknown",
  },
  {
    name: "another name",
    certified: () => certificates.other,
    options: trusting,
    expected: "tls: TLS: certificate is for another name",
  },
  {
    name: "another name, for an address",
    certified: () => certificates.other,
    options: trusting,
    host: "127.0.0.1",
    expected: "tls: TLS: certificate is for another name",
  },
  {
    name: "an expired period",
    certified: () => certificates.expired,
    options: trusting,
    expected: "tls: TLS: certificate expired",
  },
  {
    name: "an expired period, by an unknown authority",
    certified: () => certificates.expired,
    options: () => ({}),
    expected: "tls: TLS: certificate expired",
  },
  {
    name: "a future period",
    certified: () => certificates.future,
    options: trusting,
    expected: "tls: TLS: certificate not yet valid",
  },
  {
    name: "another name, by an unknown authority",
    certified: () => certificates.other,
    options: () => ({}),
    expected: "tls: TLS: certificate issuer is unknown",
  },
  {
    name: "itself (self-signed)",
    certified: () => certificates.selfSigned,
    options: trusting,
    expected: "tls: TLS: certificate is self-signed",
  },
  {
    name: "another name, insecure",
    certified: () => certificates.other,
    options: insecure,
    expected: "hello",
    notForFetch: NO_INSECURE,
  },
  {
    name: "an expired period, insecure",
    certified: () => certificates.expired,
    options: insecure,
    expected: "hello",
    notForFetch: NO_INSECURE,
  },
  {
    name: "itself (self-signed), insecure",
    certified: () => certificates.selfSigned,
    options: insecure,
    expected: "hello",
    notForFetch: NO_INSECURE,
  },
];

for (const transport of [...TESTED, ...TESTED_HTTP2]) {
  const isSocket = transport !== "fetch";
  for (const one of TRUST_CASES) {
    if (!isSocket && one.notForFetch !== undefined) continue;
    tlsTest(`${transport}: a certificate for ${one.name}: ${one.expected}`, async () => {
      await using server = startTls(one.certified());
      await using test = testTransport(transport, one.options());
      for (let round = 0; round < 2; round++) {
        assertEquals(outcomeOf(await test.send(secure(server.port, one.host))), one.expected);
      }
      const isTrusted = one.expected === "hello";
      assertEquals(server.requests.length, isTrusted ? 2 : 0);
      // After a refusal, one more connection may read the certificate.
      assert(isTrusted ? server.connections === 1 : server.connections <= 3, `${server.connections} connections`);
      if (isSocket) assertEquals(test.seen.connected, isTrusted ? 1 : 0);
    });
  }
}
