import { assertEquals, assertStringIncludes } from "@std/assert";
import { runSource } from "../../helpers/runs/run.ts";
import { startServer } from "../../helpers/servers/test_server.ts";
import { imported, importError } from "../../helpers/runs/imported.ts";

/** Returns the calls of a locustfile without line breaks and indentation. */
async function calls(text: string): Promise<string> {
  const source = await imported(text);
  return source.slice(source.indexOf("async run() {") + 13).replaceAll(/\s+/g, " ").replaceAll(/, \}/g, " }").trim();
}

for (
  const [command, call] of [
    ["curl example.com", `get("/");`],
    ["curl -I https://a.test/x", `head("/x");`],
    ["curl -sSL -X PATCH https://a.test/x", `patch("/x");`],
    ["curl -XPURGE https://a.test/x", `request("PURGE", "/x");`],
    ["curl https://a.test/x -d a=1 -d 'b=x y'", `post("/x", { form: { a: "1", b: "x y" } });`],
    ["curl https://a.test/x -d a=1 -d a=2", `post("/x", { form: [["a", "1"], ["a", "2"]] });`],
    ["curl -G https://a.test/x?c=3 -d a=1", `get("/x", { query: { c: "3", a: "1" } });`],
    ["curl https://a.test/x --data-urlencode 'q=a&b'", `post("/x", { form: { q: "a&b" } });`],
    [`curl https://a.test/x --json '{"a":1}'`, `post("/x", { json: { a: 1 } });`],
    ["curl https://a.test/item/7?x=1", `get("/item/7", { name: "/item/:id", query: { x: "1" } });`],
    ["curl https://a.test/x?flag", `get("/x?flag", { name: "/x" });`],
    ["curl https://a.test/x -m 2.5", `get("/x", { timeout: 2.5 });`],
    [
      "curl https://a.test/x -A me -e https://b.test",
      `get("/x", { headers: { "user-agent": "me", referer: "https://b.test" } });`,
    ],
    ["curl https://a.test/x -H 'X-A: 1' -H 'X-B;' -H 'Accept:'", `get("/x", { headers: { "X-A": "1", "X-B": "" } });`],
    [
      "curl https://a.test/x -b 'lang=de; session=abc'",
      'get("/x", { headers: { cookie: `lang=de; session=${SESSION}` } });',
    ],
    [
      "curl https://a.test/x -H 'Authorization: Bearer abc'",
      'get("/x", { headers: { Authorization: `Bearer ${API_TOKEN}` } });',
    ],
    ['curl https://a.test/x -H "X-Key: $KEY"', `get("/x", { headers: { "X-Key": KEY } });`],
    ["curl -u ann:secret https://a.test/x", `get("/x", { headers: { authorization: ANN_AUTH } });`],
    ["curl -T a.bin https://a.test/x", `put("/x", { body: A_BIN });`],
    [
      "curl --request POST --url https://a.test/x --header 'content-type: text/plain' --data hi",
      `post("/x", { headers: { "content-type": "text/plain" }, body: "hi" });`,
    ],
    ["TOKEN=a curl https://a.test/x | jq .name > out.json", `get("/x");`],
    ["$ curl https://a.test/x -o /dev/null -w '%{http_code}'", `get("/x");`],
  ] as const
) {
  Deno.test(`locust import of ${command.replaceAll("'", "")} makes the call that curl makes`, async () => {
    assertEquals(await calls(command), `await this.client.${call} } }`);
  });
}

Deno.test("locust import of curl makes several commands and --next several requests, on the host that most have", async () => {
  const text = "curl https://a.test/1 --next https://a.test/2 -d x=y ;\ncurl https://b.test/3 &\ncurl https://a.test/4";
  assertEquals(
    await calls(text),
    `await this.client.get("/1", { name: "/:id" }); ` +
      `await this.client.post("/2", { name: "/:id", form: { x: "y" } }); ` +
      `await this.client.get("https://b.test/3", { name: "/:id" }); ` +
      `await this.client.get("/4", { name: "/:id" }); } }`,
  );
});

Deno.test("locust import of curl writes options for the connection into static client", async () => {
  const text = "curl https://a.test/x -k -x proxy:3128 --connect-timeout 3 --http1.1 --cacert ca.pem";
  const source = (await imported(text)).replaceAll(/\s+/g, " ");
  assertStringIncludes(
    source,
    `static override client = { insecure: true, proxy: "http://proxy:3128", connectTimeout: 3, http: "1.1", ` +
      `caCerts: [Deno.readTextFileSync("ca.pem")], };`,
  );
});

Deno.test("locust import of curl names in a comment what it leaves out: options without a counterpart, unknown ones", async () => {
  const source = await imported(
    "curl https://a.test/x --retry 3 --frobnicate 7 -m soon -b jar.txt -L --compressed -s",
  );
  assertStringIncludes(
    source,
    "    // Left out: --frobnicate 7 (unknown to curl)\n    // Left out: --retry 3\n    // Left out: -m soon\n" +
      `    // Left out: -b jar.txt\n    await this.client.get("/x");\n`,
  );
});

Deno.test("locust import of curl reads files once, at the top, and names the variables to set", async () => {
  const source = await imported("curl https://a.test/x -F photo=@dir/a.png -F 'token=abc'");
  assertStringIncludes(source, `// Set these environment variables first: TOKEN.\n`);
  assertStringIncludes(source, `const A_PNG = Deno.readFileSync("dir/a.png");\n`);
  assertStringIncludes(source, `const TOKEN = Deno.env.get("TOKEN") ?? "";\n`);
  assertStringIncludes(source, `form.append("photo", new File([A_PNG], "a.png"));\n`);
});

Deno.test("a locustfile of locust import warns once of environment variables that are not set", async () => {
  await using server = startServer();
  Deno.env.set("SET_TOKEN", "");
  const source = await imported(`curl ${server.url}/ -H "X-A: $UNSET_KEY" -H "X-B: $UNSET_PIN" -H "X-C: $SET_TOKEN"`);
  const { result, logs } = await runSource(source, { iterations: 4, users: 2, workers: 2 });
  Deno.env.delete("SET_TOKEN");
  assertEquals(result.iterations, 4);
  assertEquals(logs.filter((line) => line.startsWith("WARNING")), [
    "WARNING Environment variables not set, sent as empty: UNSET_KEY, UNSET_PIN",
  ]);
});

for (
  const [what, text, message] of [
    ["cmd", `curl ^"https://a.test/^" ^\n  -H ^"accept: */*^"`, "it is a curl command for Windows (cmd)"],
    ["an older cmd", `curl "https://a.test/" ^\n  -H "accept: */*"`, "it is a curl command for Windows (cmd)"],
    ["PowerShell", `Invoke-WebRequest -UseBasicParsing -Uri "https://a.test/"`, "it is a command for PowerShell"],
    ["fetch", `fetch("https://a.test/", {\n  "body": null\n});`, "it is a call of fetch"],
  ] as const
) {
  Deno.test(`locust import of a copy for ${what} is one line that says which copy to use`, async () => {
    assertEquals(
      await importError(text),
      `ScriptError: Cannot import "x": ${message}, expected "Copy as cURL (bash)" of the browser`,
    );
  });
}

Deno.test("locust import of curl without a URL fails; beside others, the command is told by number", async () => {
  assertEquals(await importError("curl -s"), 'ScriptError: Cannot import "x": no curl command with a URL in it');
  const source = await imported("curl https://a.test/x\ncurl -s\n");
  assertStringIncludes(source, "// Left out: command 2 (line 2) has no URL.\n");
});

for (
  const [command, call] of [
    ["curl https://a.test/x -d @-", `// Left out: -d @- (body from stdin) await this.client.post("/x");`],
    ["curl https://a.test/x -T -", `// Left out: -T - (body from stdin) await this.client.put("/x");`],
    ["curl https://a.test/x -F f=@-", `// Left out: -F f=@- (body from stdin) await this.client.post("/x");`],
  ] as const
) {
  Deno.test(`locust import of ${command} names the body from stdin instead of reading a file "-"`, async () => {
    assertEquals(await calls(command), `${call} } }`);
  });
}

for (
  const [url, urls] of [
    ["/{a,b}/[2-3]", ["/a/2", "/a/3", "/b/2", "/b/3"]],
    ["/[08-10]", ["/08", "/09", "/10"]],
    ["/[1-9:4]", ["/1", "/5", "/9"]],
    ["/[a-c]", ["/a", "/b", "/c"]],
    ["/[1-5000]", ["/1"]],
    ["/[1-9000000000]{a,b}", ["/1a"]],
    ["/x[]", ["/x[]"]],
  ] as const
) {
  Deno.test(`locust import of curl makes the URLs that curl makes of ${url}`, async () => {
    const source = await imported(`curl 'https://a.test${url}'`);
    assertEquals([...source.matchAll(/client\.get\("([^"]*)"/g)].map(([, path]) => path), [...urls]);
    const isCut = url.includes("000");
    assertEquals(/The first of \d+ URLs that curl makes of/.test(source.replaceAll(/\s+(?:\/\/ )?/g, " ")), isCut);
  });
}

Deno.test("locust import of curl with --globoff leaves brackets as they are", async () => {
  assertEquals(await calls("curl -g 'https://a.test/[1-3]'"), `await this.client.get("/[1-3]"); } }`);
});

Deno.test("locust import of curl says once what paths are relative to", async () => {
  const source = await imported("curl https://a.test/x -T a.bin; curl https://a.test/y -T b.bin");
  assertEquals(source.match(/relative to the folder in which locust runs/g)?.length, 1);
});
