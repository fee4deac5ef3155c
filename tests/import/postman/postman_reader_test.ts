import { assertEquals, assertStringIncludes } from "@std/assert";
import { imported, importError } from "../../helpers/runs/imported.ts";

type Parts = Readonly<Record<string, unknown>>;

const collection = (item: readonly unknown[], more: Parts = {}) =>
  JSON.stringify({ info: { name: "Shop" }, item, ...more });
const VALUES = { variable: [{ key: "base", value: "https://a.test/v1/" }, { key: "id", value: "7" }] };

/** Returns the only call of a collection with one request, on one line. */
async function call(request: unknown, more: Parts = VALUES): Promise<string> {
  const source = await imported(collection([{ name: "One", request }], more));
  const start = source.indexOf("await this.client");
  return source.slice(start, source.indexOf(";\n", start)).replaceAll(/\s+/g, " ").replaceAll(/, \}/g, " }");
}

const body = (mode: string, value: unknown, more: Parts = {}) => ({
  method: "POST",
  url: "https://a.test/x",
  body: { mode, [mode]: value, ...more },
});
const auth = (type: string, parameters: Parts) => ({
  url: "https://a.test/x",
  auth: { type, [type]: Object.entries(parameters).map(([key, value]) => ({ key, value })) },
});

for (
  const [what, request, code] of [
    ["a URL alone", "https://a.test/x?y=1", `get("/x", { query: { y: "1" } })`],
    ["a URL without a scheme", "a.test/x", `get("/x")`],
    ["a base with a value", "{{base}}/item/{{id}}", 'get(`/v1/item/${ID}`, { name: "/v1/item/:id" })'],
    [
      "a URL in parts",
      { url: { protocol: "https", host: ["a", "test"], path: ["x", "y"], query: [{ key: "q", value: "{{id}}" }] } },
      `get("/x/y", { query: { q: ID } })`,
    ],
    [
      "parts that are switched off",
      {
        url: { raw: "https://a.test/x", query: [{ key: "q", value: "1", disabled: true }] },
        header: [{ key: "a", value: "1", disabled: true }, { key: "b", value: "2" }],
      },
      `get("/x", { headers: { b: "2" } })`,
    ],
    [
      "variables of the path",
      { url: { raw: "https://a.test/x/:item", variable: [{ key: "item", value: "{{id}}" }] } },
      'get(`/x/${ID}`, { name: "/x/:id" })',
    ],
    [
      "header lines as a string",
      { url: "https://a.test/x", header: "a: 1\nb: {{id}}" },
      `get("/x", { headers: { a: "1", b: ID } })`,
    ],
    [
      "JSON with a variable that is no string",
      body("raw", `{"a": {{id}}, "b": "{{id}}!"}`),
      'post("/x", { json: { a: Number(ID), b: `${ID}!` } })',
    ],
    ["a secret in JSON", body("raw", `{"password": "x"}`), `post("/x", { json: { password: PASSWORD } })`],
    [
      "text",
      body("raw", "hi", { options: { raw: { language: "xml" } } }),
      `post("/x", { headers: { "content-type": "application/xml" }, body: "hi" })`,
    ],
    [
      "a form",
      body("urlencoded", [{ key: "a", value: "{{id}}" }, { key: "b", disabled: true }]),
      `post("/x", { form: { a: ID } })`,
    ],
    [
      "GraphQL",
      body("graphql", { query: "{ a }", variables: `{"id": {{id}}}` }),
      `post("/x", { json: { query: "{ a }", variables: { id: Number(ID) } } })`,
    ],
    ["a dynamic variable", "https://a.test/x?t={{$guid}}", `get("/x", { query: { t: crypto.randomUUID() } })`],
    [
      "bearer authorization",
      auth("bearer", { token: "abc" }),
      'get("/x", { headers: { Authorization: `Bearer ${API_TOKEN}` } })',
    ],
    [
      "basic authorization",
      auth("basic", { username: "ann", password: "x" }),
      `get("/x", { headers: { Authorization: ANN_AUTH } })`,
    ],
    [
      "an API key in the query",
      auth("apikey", { key: "k", value: "abc", in: "query" }),
      `get("/x", { query: { k: API_KEY } })`,
    ],
    ["no authorization", { url: "https://a.test/x", auth: { type: "noauth" } }, `get("/x")`],
  ] as const
) {
  Deno.test(`locust import of Postman sends ${what}`, async () => {
    assertEquals(await call(request), `await this.client.${code}`);
  });
}

Deno.test("locust import of Postman makes files and text of a multipart form", async () => {
  const form = [{ key: "a", value: "1" }, { key: "f", type: "file", src: "dir/a.png" }];
  const source = await imported(collection([{ name: "One", request: body("formdata", form) }]));
  for (
    const part of [
      `const A_PNG = Deno.readFileSync("dir/a.png");`,
      `form.append("a", "1");`,
      `new File([A_PNG], "a.png")`,
    ]
  ) {
    assertStringIncludes(source, part);
  }
});

Deno.test("locust import of Postman makes steps of folders, which pass their authorization on", async () => {
  const inherited = { auth: { type: "bearer", bearer: { token: "{{token}}" } } };
  const item = [{
    name: "Folder",
    ...inherited,
    item: [{ name: "Inner", item: [{ name: "One", request: "https://a.test/x" }] }],
  }];
  const source = (await imported(collection(item))).replaceAll(/\s+/g, " ");
  assertStringIncludes(
    source,
    `await this.step("Folder", async () => { await this.step("Inner", async () => { // One ` +
      `await this.client.get("/x", { headers: { Authorization: \`Bearer \${TOKEN}\` }, }); }); });`,
  );
});

Deno.test("locust import of Postman takes variables of --environment before those of the collection", async () => {
  const environment = {
    name: "e",
    text: JSON.stringify({ values: [{ key: "base", value: "http://b.test" }, { key: "id", value: "9" }] }),
  };
  const source = await imported(collection([{ request: "{{base}}/{{id}}" }], VALUES), { environment });
  assertStringIncludes(source, `static override host = "http://b.test";`);
  assertStringIncludes(source, `const ID = "9";`);
  assertEquals(
    await importError(collection([{ request: "a.test" }]), { environment: { name: "e.json", text: "{}" } }),
    'ScriptError: Cannot use --environment "e.json": no list at values, expected a Postman environment',
  );
});

Deno.test("locust import of Postman takes a string that a script sets for a variable without a value", async () => {
  const event = [{ listen: "prerequest", script: { exec: 'pm.variables.set("id", "CAPTURE");' } }];
  const item = [{ request: "https://a.test/{{id}}", event }];
  const source = await imported(collection(item, { variable: [{ key: "id", value: "" }] }));
  assertStringIncludes(source, `const ID = "CAPTURE";`);
});

Deno.test("locust import of Postman reads variables without a value from the environment, and --host for the base", async () => {
  const source = await imported(collection([{ request: "{{url}}/x?a={{a}}" }, { request: "{{url}}/y" }]));
  for (
    const part of [
      "// Without a value in the collection and its environment: {{a}}\n",
      "// {{url}} is the base URL: give it with --host.\n",
      `const A = Deno.env.get("A") ?? "";\n`,
      `this.client.get("/y")`,
    ]
  ) assertStringIncludes(source, part);
});

const test = (...exec: string[]) => [{ listen: "test", script: { exec } }];

Deno.test("locust import of Postman follows what test scripts take from responses, and the status they ask for", async () => {
  const scripts = [
    ["pm.environment.set('token', pm.response.json().user.token);"],
    ["const data = pm.response.json();", 'pm.globals.set("token", data.user["token"])'],
    [
      "var user = JSON.parse(responseBody).user || {};",
      "if (user.token) {",
      "  pm.collectionVariables.set('token', user.token)",
      "}",
    ],
    ["let a = JSON.parse(responseBody)", "postman.setEnvironmentVariable('token', a.user.token);"],
    ["a = JSON.parse(responseBody);", "pm.globals.set('token', a.user.token);"],
    [
      "const { user: someone } = pm.response.json();",
      "// pm.globals.set('token', 1);",
      "pm.globals.set('token', someone.token);",
    ],
  ];
  for (const script of scripts) {
    const item = [
      { name: "Login", request: body("raw", "{}"), event: test(...script, "pm.response.to.have.status(201)") },
      { name: "Me", request: { url: "https://a.test/me", header: [{ key: "x", value: "{{token}}" }] } },
    ];
    const source = await imported(collection(item));
    assertStringIncludes(source, `let token = "";`);
    assertStringIncludes(source, `    assertEquals(resp.status, 201);\n    token = (await resp.json()).user`);
    assertStringIncludes(source, `headers: { x: token }`);
  }
});

Deno.test("locust import of Postman quotes scripts with what to do, each once and its first ten lines", async () => {
  const event = test(...Array.from({ length: 12 }, (_, index) => `line ${index};`));
  const before = [{ listen: "prerequest", script: { exec: "one;\ntwo;" } }];
  const item = [
    { name: "A", request: "https://a.test/a", event: [...event, ...before] },
    { name: "B", request: "https://a.test/b", event },
  ];
  const source = await imported(collection(item));
  for (
    const part of [
      "    // Pre-request script; write here what it prepares:\n    //   one;\n    //   two;\n",
      "    // Test script; write what matters as asserts below:\n    //   line 0;\n",
      "    //   line 9;\n    //   … 2 more lines\n",
      `    // Test script: the same as for "A".\n`,
    ]
  ) assertStringIncludes(source, part);
});

for (
  const [what, text, message] of [
    [
      "format 1",
      `{"id": "1", "requests": []}`,
      "a Postman collection of format 1, expected 2.0 or 2.1: export it again",
    ],
    ["no requests", collection([]), "the collection has no requests"],
    ["no list", `{"item": 1}`, "no list at item, expected a Postman collection"],
    ["broken requests only", collection([3]), "request 1: not an object, expected requests"],
    ["JSON that is cut short", `{"item": [`, "JSON ends too early, at line 1, column 11"],
  ] as const
) {
  Deno.test(`locust import of a Postman collection with ${what} is one line that names the place`, async () => {
    assertEquals(await importError(text, {}, "postman"), `ScriptError: Cannot import "x": ${message}`);
  });
}

Deno.test("locust import of Postman leaves out a broken request, told by number, and authorization that it cannot send", async () => {
  const item = [{ request: "https://a.test/x" }, {
    name: "F",
    item: [{ name: "No URL", request: {} }, { request: auth("digest", {}) }],
  }];
  const source = await imported(collection(item));
  assertStringIncludes(source, `"Shop": 2 requests.\n`);
  assertStringIncludes(source, "// Left out: request 2: it has no URL.\n");
  assertStringIncludes(source, `// To do: authorization "digest" is left to you.\n`);
});

Deno.test("locust import of a collection makes code of {{$randomFirstName}}", async () => {
  const source = await imported(collection([{ name: "A", request: "https://a.test/a?name={{$randomFirstName}}" }]));
  assertStringIncludes(source, `["Ada", "Alan", "Grace", "Linus"]`);
});
