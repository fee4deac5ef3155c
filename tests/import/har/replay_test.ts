// A recording replayed against a server that changes cookies and tokens for each session.
//
// Recordings from public repositories are not part of this one. These were replayed by hand in the same way, with
// `replayHar()`, 3 users and 6 iterations, without a failure (producer: repository, path):
//
//   mitmproxy         mitmproxy/mitmproxy test/mitmproxy/data/flows/: event_stream, websocket, successful_log
//   Charles           mitmproxy/mitmproxy test/mitmproxy/data/har_files/charles.har
//   Chrome            mitmproxy/mitmproxy test/mitmproxy/data/har_files/: chrome, postdata
//   Firefox           mitmproxy/mitmproxy test/mitmproxy/data/har_files/firefox.har
//   Safari            mitmproxy/mitmproxy test/mitmproxy/data/har_files/safari.har
//   Insomnia          mitmproxy/mitmproxy test/mitmproxy/data/har_files/insomnia.har
//   Chrome, Firefox   janodvarko/harviewer selenium/tests/hars/issue-61/: chrome51, firefox47
//   Internet Explorer janodvarko/harviewer selenium/tests/hars/issue-61/: ie11; recorded by Fiddler: ie11.fiddler
//   Firebug           janodvarko/harviewer selenium/tests/hars/two-megs.har, webapp/examples/: google.com,
//                     softwareishard.com, browser-blocking-time
//   Chrome, Firefox   vfaronov/httpolice test/har_data/: chrome_http2, firefox_post_form

import { assert, assertEquals } from "@std/assert";
import { exchange, harText, messages } from "../../helpers/runs/har.ts";
import { replayHar } from "../../helpers/runs/replay.ts";

const SHOP = "http://shop.test";
const FORM = "application/x-www-form-urlencoded";
const [CSRF, JWT, ORDER] = ["c5rf9a8b7c6d5e4f", "eyJhbGciOiJIUzI1NiJ9x0y1z2", "0rd3r1234567890ab"];

const RECORDING = [
  exchange("GET", `${SHOP}/login`, {
    at: 0,
    gets: { "Set-Cookie": "sid=a1b2c3; Path=/; HttpOnly" },
    content: ["text/html", `<title>Login</title><form><input type="hidden" name="csrf" value="${CSRF}"></form>`],
  }),
  exchange("POST", `${SHOP}/login`, {
    at: 1,
    sends: { Cookie: "sid=a1b2c3" },
    body: [FORM, `csrf=${CSRF}&user=ada`],
    status: 302,
    gets: { Location: "/home", "Set-Cookie": "role=customer; Path=/" },
  }),
  exchange("GET", `${SHOP}/home`, {
    at: 1.1,
    content: ["text/html", `<title>Home</title><script>token="${JWT}"</script>`],
  }),
  exchange("POST", `${SHOP}/api/orders`, {
    at: 1.2,
    sends: { Authorization: `Bearer ${JWT}`, Accept: "application/json" },
    body: ["application/json", `{"items":[{"id":7,"qty":1}],"csrf":"${CSRF}"}`],
    status: 201,
    content: ["application/json", `{"order":{"id":"${ORDER}"}}`],
  }),
  exchange("GET", `${SHOP}/api/orders/${ORDER}`, { at: 1.3, content: ["application/json", `{"state":"open"}`] }),
  exchange("GET", "ws://shop.test/live", {
    at: 1.4,
    status: 101,
    extra: { _webSocketMessages: messages("< hello", `> watch ${ORDER}`, "< open") },
  }),
  exchange("GET", `${SHOP}/missing`, { at: 1.5, status: 404, content: ["text/plain", "not found"] }),
];

Deno.test("a recording with login, tokens, an order and a WebSocket replays for each user with its own (PARITY 71)", async () => {
  const { text, server, requests, failures, stderr } = await replayHar(harText(RECORDING), {
    args: ["--think-times", "none"],
    localHost: "shop.test",
    users: 3,
    hasTypes: false, // tests/cli/commands/import_test.ts checks those of such a file
  });
  assertEquals(server.tokens.toSorted(), [ORDER, CSRF, JWT].toSorted());
  assertEquals([failures, server.refusals], [0, []], `${stderr}\n${text}`);
  assert(requests >= 6 * 6, `${requests} requests`);
  assertEquals(server.sessions, 6);
});
