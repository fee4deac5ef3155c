import { assertEquals } from "@std/assert";
import { imported, retargeted } from "../../helpers/runs/imported.ts";
import { runSource } from "../../helpers/runs/run.ts";

/** Public collections; collections/README.md says under which licence. */
const COLLECTIONS = ["conduit.postman_collection", "sample.json", "inherited.json"];
const ENVIRONMENT = { EMAIL: "ann@example.com", PASSWORD: "secret", USERNAME: "ann" };

const read = (name: string) => Deno.readTextFileSync(new URL(`collections/${name}`, import.meta.url));

/** A server for the three: tokens, slugs and ids are new for each answer, and asked for in later requests. */
function startServer() {
  const faults: string[] = [];
  const tokens = new Set<string>();
  const slugs = new Set<string>();
  const comments = new Set<string>();
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    const authorization = request.headers.get("authorization");
    const json = request.headers.get("content-type")?.includes("json") ? await request.json() : null;
    const [, kind, slug, part, id] = pathname.split("/");
    const fault = kind === "basic-auth" || authorization === null
      ? null
      : !(authorization.startsWith("Token ") ? tokens.has(authorization.slice(6)) : authorization.startsWith("Basic "))
      ? `unknown token ${authorization}`
      : kind === "articles" && !["", "feed", undefined].includes(slug) && !slugs.has(slug!)
      ? `unknown slug ${slug}`
      : part === "comments" && id !== undefined && !comments.has(id)
      ? `unknown comment ${id}`
      : null;
    if (fault !== null) faults.push(`${request.method} ${pathname}: ${fault}`);
    if (fault !== null) return new Response(fault, { status: 400 });
    const made = (known: Set<string>) => {
      const value = crypto.randomUUID();
      known.add(value);
      return value;
    };
    if (kind === "basic-auth") return new Response(null, { status: authorization === null ? 401 : 200 });
    if (request.method !== "POST") return Response.json({});
    if (kind === "users") return Response.json({ user: { ...json.user, token: made(tokens) } });
    if (kind === "articles" && part === "comments") return Response.json({ comment: { id: made(comments) } });
    return Response.json({ article: { slug: made(slugs) } });
  });
  return { url: `http://127.0.0.1:${server.addr.port}`, faults, [Symbol.asyncDispose]: () => server.shutdown() };
}

for (const name of COLLECTIONS) {
  Deno.test(`locust import of ${name} runs without a failure, with the values that the server gives`, async () => {
    await using server = startServer();
    for (const [key, value] of Object.entries(ENVIRONMENT)) Deno.env.set(key, value);
    const source = retargeted(await imported(read(name)), server.url);
    const { result } = await runSource(source, { host: server.url, users: 3, iterations: 6, workers: 1 });
    for (const key of Object.keys(ENVIRONMENT)) Deno.env.delete(key);
    assertEquals(server.faults, []);
    assertEquals([result.summary.errors.length, result.summary.total.failures], [0, 0]);
    const requests = source.match(/this\.client\./g)!.length;
    assertEquals(result.summary.total.count, 6 * requests);
  });
}
