// Whatever stands in a HAR file, the import says so in one line or takes the rest.

import { assert } from "@std/assert";
import { ScriptError } from "../../../lib/core/errors.ts";
import { readHar } from "../../../lib/import/har/har_reader.ts";
import { writeLocustfile } from "../../../lib/import/writer/writer.ts";
import { exchange, harText, messages } from "../../helpers/runs/har.ts";

const JUNK = [null, true, -1, 1e300, "", "x", "\u0000\u2028`${}\\", [], [null], {}, { a: { b: [] } }];
const ENTRIES = [
  exchange("POST", "http://a.test/x?y=1", {
    page: "p1",
    sends: { cookie: "a=b", accept: "application/json" },
    body: ["application/json", '{"a":1}'],
    status: 302,
    gets: { location: "/z", "set-cookie": "s=1" },
  }),
  exchange("GET", "ws://a.test/s", { page: "p1", extra: { _webSocketMessages: messages("> a", "< b") } }),
  exchange("GET", "http://a.test/w", { content: ["text/html", "<title>W</title>"] }),
];

/** Returns the path of each value in JSON. */
function* pathsOf(value: unknown, path: readonly string[] = []): Generator<readonly string[]> {
  if (path.length > 0) yield path;
  if (value === null || typeof value !== "object") return;
  for (const [key, inner] of Object.entries(value)) yield* pathsOf(inner, [...path, key]);
}

function replaced(text: string, path: readonly string[], junk: unknown): string {
  const root = JSON.parse(text);
  const holder = path.slice(0, -1).reduce((value, key) => value[key], root);
  holder[path.at(-1)!] = junk;
  return JSON.stringify(root);
}

Deno.test("readHar() takes any value in any place of a file, or refuses the file in one line", () => {
  const text = harText(ENTRIES, { pages: [{ id: "p1", title: "P" }] });
  let taken = 0;
  for (const path of pathsOf(JSON.parse(text))) {
    for (const junk of JUNK) {
      try {
        writeLocustfile(readHar({ name: "x.har", text: replaced(text, path, junk) }, {}));
        taken++;
      } catch (error) {
        const where = `${path.join(".")} = ${JSON.stringify(junk)}`;
        assert(error instanceof ScriptError && !error.message.includes("\n"), `${where}: ${Deno.inspect(error)}`);
      }
    }
  }
  assert(taken > 300, `${taken} files`);
});
