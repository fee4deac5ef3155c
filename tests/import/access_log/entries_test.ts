import { assert, assertEquals } from "@std/assert";
import { readEntry } from "../../../lib/import/access_log/entries.ts";

const combined = (request: string) =>
  `203.0.113.9 - ann [10/Oct/2025:13:55:36 +0200] "${request}" 200 2326 "https://a.test/?q=\\"x\\"" "Mozilla/5.0 [x]"`;
const NOON = "2025-10-10T11:55:36.000Z";

for (
  const [format, line, at, method, target, status] of [
    ["combined", combined("GET /a?b=1 HTTP/1.1"), NOON, "GET", "/a?b=1", 200],
    [
      "common",
      `::1 - - [01/Jan/2026:00:00:00 -0500] "HEAD / HTTP/1.0" 304 -`,
      "2026-01-01T05:00:00.000Z",
      "HEAD",
      "/",
      304,
    ],
    ["with a host before", `a.test:443 ${combined("GET / HTTP/2.0")}`, NOON, "GET", "/", 200],
    ["with more after", `${combined("GET / HTTP/2.0")} 0.123 "-"`, NOON, "GET", "/", 200],
    [
      "of Caddy, whose times are those of the end",
      `{"level":"info","ts":1760097336.5,"msg":"handled request","request":{"method":"GET","host":"a.test",` +
      `"uri":"/a?b=1"},"duration":0.25,"status":404}`,
      "2025-10-10T11:55:36.250Z",
      "GET",
      "/a?b=1",
      404,
    ],
    [
      "of nginx in JSON",
      `{"time_iso8601":"2025-10-10T13:55:37+02:00","request_method":"POST","uri":"/a","args":"b=1","status":"201",` +
      `"request_time":"1.000"}`,
      NOON,
      "POST",
      "/a?b=1",
      201,
    ],
    [
      "with the request in one field",
      `{"time":"2025-10-10T11:55:36Z","request":"PUT /a HTTP/1.1","status":204}`,
      NOON,
      "PUT",
      "/a",
      204,
    ],
    [
      "of Traefik",
      `{"StartUTC":"2025-10-10T11:55:36Z","time":"2025-10-10T11:55:40Z","RequestMethod":"GET","RequestPath":"/a",` +
      `"DownstreamStatus":200}`,
      NOON,
      "GET",
      "/a",
      200,
    ],
    [
      "of a cloud load balancer",
      `{"timestamp":"2025-10-10T11:55:36Z","httpRequest":{"requestMethod":"GET","requestUrl":"https://a.test/a",` +
      `"status":200}}`,
      NOON,
      "GET",
      "https://a.test/a",
      200,
    ],
  ] as const
) {
  Deno.test(`readEntry() reads a line ${format}`, () => {
    const entry = readEntry(line);
    assert(entry !== null);
    assertEquals([new Date(entry.startMs!).toISOString(), entry.method, entry.target, entry.status], [
      at,
      method,
      target,
      status,
    ]);
  });
}

for (
  const [what, line] of [
    ["text", "hello"],
    ["TLS on a plain port", combined("\\x16\\x03")],
    ["a request for no path", combined("OPTIONS * HTTP/1.0")],
    ["JSON that is cut short", `{"a":`],
    ["other JSON", `{"a":1}`],
  ] as const
) {
  Deno.test(`readEntry() returns null for ${what}`, () => assertEquals(readEntry(line), null));
}
