import { importFiles } from "../../lib/import/import_file.ts";
import { exchange, harText, messages } from "../helpers/runs/har.ts";
import { assertGoodFiles, imported } from "../helpers/runs/imported.ts";

const FILES = [
  "curl/copies.txt",
  "openapi/documents/petstore.yaml",
  "openapi/documents/realworld.yaml",
  "openapi/documents/museum.yaml",
  "openapi/documents/tictactoe.yaml",
  "openapi/documents/uber.json",
  "postman/collections/conduit.postman_collection",
  "postman/collections/sample.json",
  "postman/collections/inherited.json",
];
const LOG = `::1 - - [01/Jan/2026:00:00:00 -0500] "GET /item/1 HTTP/1.1" 200 1
::1 - - [01/Jan/2026:00:00:01 -0500] "GET /item/2 HTTP/1.1" 200 1`;

/** A recording with each kind of code that a HAR file becomes: both helpers, a shared variable, a form, a WebSocket. */
function recording(): string {
  const csrf = "c5rf9a8b7c6d5e4f";
  const form = exchange("GET", "http://shop.test/login", {
    content: ["text/html", `<script>t="${csrf}x"</script><input type="hidden" name="csrf" value="${csrf}">`],
  });
  const login = exchange("POST", "http://shop.test/login", {
    at: 2,
    body: ["application/x-www-form-urlencoded", `csrf=${csrf}&password=x&t=${csrf}x`],
    content: ["text/html", "<h1>Shop</h1>"],
  });
  const live = exchange("GET", "ws://shop.test/live", {
    extra: { _webSocketMessages: messages("> a", "< b", "< c") },
  });
  return harText([form, exchange("GET", "http://shop.test/item/7", { at: 1 }), login, live]);
}

Deno.test("locust import gives formatted files without type errors: ten curl commands, five OpenAPI documents, three Postman collections, a log as a mix and replayed, a recording", async () => {
  const read = (name: string) => Deno.readTextFileSync(new URL(name, import.meta.url));
  const { locustfile } = await importFiles({ name: "x", text: LOG }, { replay: "x.csv" });
  await assertGoodFiles([
    ...await Promise.all(FILES.map((name) => imported(read(name)))),
    await imported(LOG),
    await imported(recording()),
    locustfile,
  ]);
});
