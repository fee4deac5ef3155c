import { importFiles } from "../../lib/import/import_file.ts";
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

Deno.test("locust import gives formatted files without type errors: ten curl commands, five OpenAPI documents, three Postman collections, a log as a mix and replayed", async () => {
  const read = (name: string) => Deno.readTextFileSync(new URL(name, import.meta.url));
  const { locustfile } = await importFiles({ name: "x", text: LOG }, { replay: "x.csv" });
  await assertGoodFiles([
    ...await Promise.all(FILES.map((name) => imported(read(name)))),
    await imported(LOG),
    locustfile,
  ]);
});
