import { assertEquals, assertStringIncludes } from "@std/assert";
import { OpenApiDocument } from "../../../lib/import/openapi/document.ts";
import { Examples } from "../../../lib/import/openapi/examples.ts";
import { imported, importError } from "../../helpers/runs/imported.ts";

type Parts = Readonly<Record<string, unknown>>;

const document = (parts: Parts) => ({ openapi: "3.1.0", info: { title: "Shop", version: "1" }, ...parts });
const operation = (parts: Parts = {}) => ({ responses: { 200: { description: "" } }, ...parts });

/** Returns the only call of a document with one operation, on one line. */
async function call(method: string, path: string, parts: Parts, more: Parts = {}): Promise<string> {
  const source = await imported(
    JSON.stringify(document({ paths: { [path]: { [method]: operation(parts) } }, ...more })),
  );
  const start = source.indexOf("await this.client");
  return source.slice(start, source.indexOf(";\n", start)).replaceAll(/\s+/g, " ").replaceAll(/, \}/g, " }");
}

const query = (parts: Parts) => ({ parameters: [{ in: "query", name: "q", required: true, ...parts }] });
const json = (media: Parts) => ({ requestBody: { content: { "application/json": media } } });

for (
  const [what, parts, options] of [
    ["an example", query({ example: "x" }), `query: { q: "x" }`],
    ["named examples", query({ examples: { a: { value: "y" } } }), `query: { q: "y" }`],
    ["an enum", query({ schema: { type: "string", enum: ["new", "old"] } }), `query: { q: "new" }`],
    [
      "a list",
      query({ schema: { type: "array", items: { example: 7 }, example: [7, 8] } }),
      `query: [["q", "7"], ["q", "8"]]`,
    ],
    ["a list with commas", query({ explode: false, schema: { example: [7, 8] } }), `query: { q: "7,8" }`],
    ["a deep object", query({ style: "deepObject", example: { a: 1 } }), `query: { "q[a]": "1" }`],
    [
      "a header",
      { parameters: [{ in: "header", name: "x-a", required: true, example: 3 }] },
      `headers: { "x-a": "3" }`,
    ],
    [
      "a cookie",
      { parameters: [{ in: "cookie", name: "c", required: true, example: 3 }] },
      `headers: { cookie: "c=3" }`,
    ],
    ["a JSON example", json({ example: { a: 1 } }), `json: { a: 1 }`],
    [
      "a schema without what is read-only",
      json({ schema: { properties: { id: { type: "integer", readOnly: true }, name: { example: "Ann" } } } }),
      `json: { name: "Ann" }`,
    ],
    [
      "a form",
      { requestBody: { content: { "application/x-www-form-urlencoded": { example: { a: [1, 2] } } } } },
      `form: [["a", "1"], ["a", "2"]]`,
    ],
    [
      "text",
      { requestBody: { content: { "text/csv": { example: "a,b" } } } },
      `headers: { "content-type": "text/csv" }, body: "a,b"`,
    ],
  ] as const
) {
  Deno.test(`locust import of OpenAPI sends ${what}`, async () => {
    assertEquals(await call("post", "/x", parts), `await this.client.post("/x", { ${options} })`);
  });
}

Deno.test("locust import of OpenAPI fills in paths, and names rows after their parameters", async () => {
  const parameters = [{ in: "path", name: "id", required: true, schema: { type: "integer" } }];
  assertEquals(
    await call("get", "/a/{id}/{b}", { parameters }),
    `await this.client.get("/a/1/1", { name: "/a/:id/:b" })`,
  );
});

for (
  const [what, scheme, options] of [
    ["a key in a header", { type: "apiKey", in: "header", name: "x-key" }, `headers: { "x-key": MY_KEY }`],
    ["a key in the query", { type: "apiKey", in: "query", name: "key" }, `query: { key: MY_KEY }`],
    ["a key in a cookie", { type: "apiKey", in: "cookie", name: "sid" }, "headers: { cookie: `sid=${MY_KEY}` }"],
    ["bearer", { type: "http", scheme: "bearer" }, "headers: { authorization: `Bearer ${MY_KEY}` }"],
    ["basic", { type: "http", scheme: "basic" }, "headers: { authorization: MY_KEY }"],
    ["OAuth 2", { type: "oauth2", flows: {} }, "headers: { authorization: `Bearer ${MY_KEY}` }"],
  ] as const
) {
  Deno.test(`locust import of OpenAPI makes a constant of the security scheme ${what}`, async () => {
    const more = { components: { securitySchemes: { my_key: scheme } }, security: [{ my_key: [] }] };
    assertEquals(await call("get", "/x", {}, more), `await this.client.get("/x", { ${options} })`);
  });
}

Deno.test("locust import of OpenAPI --only takes tags and operations, and suggests a name for an unknown one", async () => {
  const text = JSON.stringify(document({
    paths: {
      "/a": { get: operation({ operationId: "getA", tags: ["letters"] }), put: operation({ operationId: "putA" }) },
      "/1": { get: operation({ operationId: "get1", tags: ["numbers"] }) },
    },
  }));
  const source = await imported(text, { only: ["letters", "get1"] });
  assertStringIncludes(source, `// Imported from the OpenAPI document "Shop": 2 of 3 operations.\n`);
  assertEquals([...source.matchAll(/^export class (\w+)|^ {2}async (\w+)/gm)].map(([, one, two]) => one ?? two), [
    "LettersUser",
    "getA",
    "NumbersUser",
    "get1",
  ]);
  assertEquals(
    await importError(text, { only: ["leters"] }),
    'UsageError: Cannot use --only "leters": no tag or operation id of the document, did you mean "letters"?',
  );
  assertEquals(
    await importError(text, { only: ["#"] }),
    'UsageError: Cannot use --only "#": no tag or operation id of the document, expected one of getA, letters, putA, get1, ' +
      "numbers",
  );
});

const reference = ($ref: string) =>
  JSON.stringify(document({ paths: { "/a/b": { get: operation({ parameters: [{ $ref }] }) } } }));

for (
  const [what, text, message] of [
    [
      "a broken reference",
      reference("#/components/x"),
      "#/paths/~1a~1b/get/parameters/0 refers to #/components/x, which is not in the document",
    ],
    [
      "a reference to a file",
      reference("other.yaml#/x"),
      "#/paths/~1a~1b/get/parameters/0 refers to other.yaml#/x, outside of the document; bundle it into one file first",
    ],
    [
      "a reference to a URL",
      reference("http://127.0.0.1:1/x.yaml"),
      "#/paths/~1a~1b/get/parameters/0 refers to http://127.0.0.1:1/x.yaml, outside of the document; bundle it into one file first",
    ],
    ["no paths", JSON.stringify(document({ webhooks: {} })), "the document has only webhooks, which the server calls"],
    ["another version", `{"openapi":"4.0.0"}`, 'OpenAPI version "4.0.0", expected Swagger 2.0 or OpenAPI 3.x'],
    ["JSON that is cut short", `{"openapi": "3.0.0",\n  "paths": {`, "JSON ends too early, at line 2, column 13"],
    [
      "YAML that is none",
      "openapi: 3.0.0\npaths: [a",
      "not YAML at line 2, column 10: Flow sequence in block collection must be sufficiently indented and end with a ]",
    ],
  ] as const
) {
  Deno.test(`locust import of OpenAPI with ${what} is one line that names the place`, async () => {
    assertEquals(await importError(text, {}, "openapi"), `ScriptError: Cannot import "x": ${message}`);
  });
}

Deno.test("locust import of OpenAPI leaves out an operation that is broken, told by number", async () => {
  const text = JSON.stringify(document({ paths: { "/a": { get: 7, put: operation() }, b: { get: operation() } } }));
  const source = await imported(text);
  assertStringIncludes(source, "// Left out: operation 1, GET /a: it is not an object.\n");
  assertStringIncludes(source, "// Left out: operation 3, GET b: its path does not begin with a slash.\n");
  assertStringIncludes(source, `this.client.put("/a")`);
});

Deno.test("locust import of OpenAPI ends for schemas that contain themselves, and references in a circle", async () => {
  const schemas = { node: { properties: { next: { $ref: "#/components/schemas/node" } } } };
  const components = { schemas, parameters: { a: { $ref: "#/components/parameters/a" } } };
  const parts = {
    ...json({ schema: { $ref: "#/components/schemas/node" } }),
    parameters: [{ $ref: "#/components/parameters/a" }],
  };
  assertStringIncludes(await call("post", "/x", parts, { components }), "json: {");
});

Deno.test("locust import of OpenAPI takes host, path, forms and files of Swagger 2", async () => {
  const formData = (name: string, type: string) => ({ in: "formData", name, type, required: true });
  const source = await imported(JSON.stringify({
    swagger: "2.0",
    info: { title: "Old" },
    host: "a.test",
    basePath: "/v1",
    schemes: ["http"],
    paths: {
      "/form": { post: operation({ parameters: [formData("a", "string")] }) },
      "/file": { post: operation({ parameters: [formData("a", "string"), formData("f", "file")] }) },
      "/body": { post: operation({ parameters: [{ in: "body", name: "b", schema: { example: { c: 1 } } }] }) },
      "/list": { get: operation({ parameters: [{ in: "query", name: "q", type: "array", "x-example": [1, 2] }] }) },
    },
  }));
  for (
    const part of [
      `static override host = "http://a.test/v1";`,
      `post("/form", { form: { a: "string" } })`,
      `new File(["string"], "f.bin", { type: "application/octet-stream" })`,
      `json: { c: 1 }`,
      `query: { q: "1,2" }`,
    ]
  ) assertStringIncludes(source, part);
});

for (
  const [url, code] of [
    ["https://a.test/v1/", `static override host = "https://a.test/v1";`],
    ["//a.test/v1", `static override host = "https://a.test/v1";`],
    ["{scheme}://a.test", `static override host = "http://a.test";`],
    ["/v1", `this.client.get("/v1/x")`],
  ] as const
) {
  Deno.test(`locust import of OpenAPI takes the server ${url}`, async () => {
    const servers = [{ url, variables: { scheme: { default: "http" } } }];
    const source = await imported(JSON.stringify(document({ servers, paths: { "/x": { get: operation() } } })));
    assertStringIncludes(source, code);
  });
}

Deno.test("locust import of OpenAPI leaves out an operation with a broken schema, told by number", async () => {
  const schema = { $ref: 7 };
  const paths = { "/a": { get: operation(), post: operation(json({ schema })) } };
  const source = await imported(JSON.stringify(document({ paths })));
  assertStringIncludes(source, `"Shop": 1 of 2 operations.\n`);
  assertStringIncludes(source, "// Left out: operation 2, POST /a: no example can be made of its schema.\n");
});

Deno.test("Examples silences the warnings of the sampler, and no others", () => {
  const { console: output } = globalThis;
  const { warn } = output;
  const heard: unknown[] = [];
  output.warn = (text: unknown) => heard.push(text);
  try {
    const sample = () => output.warn("the sampler's own");
    new Examples(new OpenApiDocument({}, 3), sample).sample({ type: "string" });
    output.warn("ours");
  } finally {
    output.warn = warn;
  }
  assertEquals(heard, ["ours"]);
});
