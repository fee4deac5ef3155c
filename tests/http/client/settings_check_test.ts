import { assertEquals } from "@std/assert";
import type { ClientSettings } from "../../../lib/http/client/request_options.ts";
import { settingsProblems } from "../../../lib/http/client/settings_check.ts";

const TABLE: [settings: unknown, ...problems: string[]][] = [
  [{}],
  [{ timeout: "1m", connectTimeout: 2, headers: { a: "b" }, maxRedirects: 0, raiseForStatus: true, keepAlive: false }],
  [{ caCerts: [], insecure: true, connectTo: "h:1", maxBodyBytes: 1, transport: "socket" }],
  [{ transport: "fetch", proxy: "http://proxy:3128", timeout: undefined }],
  [{ timout: 1 }, 'client.timout is not a setting, did you mean "timeout"?'],
  [{ timeout: "x" }, 'client.timeout is "x": expected a number of seconds, or one followed by ms, s, m or h'],
  [{ key: "f.pem", cert: "f.pem" }, ...["key", "cert"].map((key) => `client.${key} is "f.pem": expected a PEM string`)],
  [{ caCerts: "f.pem" }, 'client.caCerts is "f.pem": expected a list of PEM strings'],
  [{ insecure: "yes" }, 'client.insecure is "yes": expected true or false'],
  [{ maxRedirects: -1 }, "client.maxRedirects is -1: expected a whole number of 0 or more"],
  [{ transport: "h3" }, 'client.transport is "h3": expected socket or fetch'],
  [{ http: "2" }],
  [{ http: "auto", transport: "fetch" }],
  [{ http: "3" }, 'client.http is "3": expected "1.1", "2", "auto"'],
  [{ http: "2", transport: "fetch" }, 'client.http is not for the fetch transport, expected client.transport "socket"'],
  [{ connectTo: "h" }, 'client.connectTo is "h": not an endpoint, expected host:port'],
  [{ proxy: "http://me:pw@p:3128" }],
  [
    { proxy: "ftp://p" },
    'client.proxy is "ftp://p": "ftp://" is not a proxy protocol, expected http, https or socks5',
  ],
  [
    { proxy: "socks5://p", unixSocket: "/s" },
    "client.proxy and client.unixSocket exclude each other, expected one of them",
    'client.proxy with socks5:// is not for the socket transport, expected http:// or transport "fetch"',
  ],
  [
    { tlsResume: false, transport: "fetch" },
    'client.tlsResume false is not for the fetch transport, expected client.transport "socket"',
  ],
  [
    { transport: "fetch", insecure: true, connectTo: "h:1" },
    'client.insecure is not for the fetch transport, expected client.transport "socket"',
    'client.connectTo is not for the fetch transport, expected client.transport "socket"',
  ],
];

for (const [settings, ...problems] of TABLE) {
  const verdict = problems.length === 0 ? "accepts" : "refuses";
  Deno.test(`settingsProblems() ${verdict} ${Deno.inspect(settings, { breakLength: Infinity })}`, () => {
    assertEquals(settingsProblems(settings as ClientSettings, "socket"), problems);
  });
}
