import { parse } from "yaml";

// deno-lint-ignore no-explicit-any -- documents of others
type Any = any;

interface Route {
  readonly key: string;
  readonly method: string;
  readonly path: RegExp;
  readonly operation: Any;
  readonly parameters: readonly Any[];
}

/** A server that answers each operation of an OpenAPI document by its documented status, and judges the requests. */
export interface OpenApiServer extends AsyncDisposable {
  /** Base URL, with the path of the document's first server. */
  readonly url: string;
  /** Every operation of the document, as `GET /pets/{petId}`. */
  readonly operations: readonly string[];
  /** Those that were called without a fault. */
  readonly called: ReadonlySet<string>;
  /** What was wrong with requests; each was answered with 4xx. */
  readonly faults: readonly string[];
}

/** Starts it on a free port of loopback. It knows nothing of the reader that it tests. */
export function startOpenApiServer(text: string): OpenApiServer {
  const document = parse(text);
  const base = basePath(document);
  const routes = [...routesOf(document, base)];
  const called = new Set<string>();
  const faults: string[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const url = new URL(request.url);
    // A path without parameters comes before one with them.
    const matching = routes.filter(({ method, path }) => method === request.method && path.test(url.pathname));
    const route = matching.find(({ key }) => !key.includes("{")) ?? matching[0];
    const fault = route === undefined ? "no such operation" : await faultOf(document, route, request, url);
    if (route !== undefined && fault === null) {
      called.add(route.key);
      return answer(route.operation);
    }
    faults.push(`${request.method} ${url.pathname}${url.search}: ${fault}`);
    return new Response(fault, { status: 400 });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}${base}`,
    operations: routes.map(({ key }) => key),
    called,
    faults,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function basePath(document: Any): string {
  if (document.swagger !== undefined) return (document.basePath ?? "").replace(/\/$/, "");
  const url = (document.servers?.[0]?.url ?? "").replaceAll(/\{[^}]+\}/g, (name: string) => {
    return document.servers[0].variables[name.slice(1, -1)].default;
  });
  return url.replace(/^(?:[a-z]+:)?\/\/[^/]+/, "").replace(/\/$/, "");
}

function* routesOf(document: Any, base: string): Generator<Route> {
  for (const [path, item] of Object.entries<Any>(document.paths)) {
    for (const method of ["get", "put", "post", "delete", "options", "head", "patch"]) {
      if (item[method] === undefined) continue;
      const parameters = [...item.parameters ?? [], ...item[method].parameters ?? []].map((one) =>
        followed(document, one)
      );
      const pattern = (base + path).replaceAll(/\{[^}]+\}/g, "[^/]+");
      const key = `${method.toUpperCase()} ${path}`;
      yield {
        key,
        method: method.toUpperCase(),
        path: new RegExp(`^${pattern}$`),
        operation: item[method],
        parameters,
      };
    }
  }
}

function followed(document: Any, value: Any): Any {
  if (value?.$ref === undefined) return value;
  return value.$ref.slice(2).split("/").reduce((node: Any, key: string) => node[key.replaceAll("~1", "/")], document);
}

async function faultOf(document: Any, route: Route, request: Request, url: URL): Promise<string | null> {
  for (const { in: place, name, required } of route.parameters) {
    if (required !== true) continue;
    if (place === "query" && !url.searchParams.has(name)) return `no query ${name}`;
    if (place === "header" && !request.headers.has(name)) return `no header ${name}`;
  }
  const schemes = document.securityDefinitions ?? document.components?.securitySchemes ?? {};
  const needed = Object.keys((route.operation.security ?? document.security)?.[0] ?? {});
  for (const { type, in: place, name } of needed.map((one) => followed(document, schemes[one]))) {
    const has = type !== "apiKey"
      ? request.headers.has("authorization")
      : place === "query"
      ? url.searchParams.has(name)
      : place === "cookie"
      ? request.headers.get("cookie")?.includes(`${name}=`)
      : request.headers.has(name);
    if (!has) return `no credentials for ${type}`;
  }
  return await bodyFault(followed(document, route.operation.requestBody), route.parameters, request);
}

async function bodyFault(body: Any, parameters: readonly Any[], request: Request): Promise<string | null> {
  const types = Object.keys(body?.content ?? {});
  const needsBody = types.length > 0 || parameters.some((one) => one.in === "body");
  const text = await request.text();
  if (needsBody !== (text !== "") && !parameters.some((one) => one.in === "formData")) return "body expected, or not";
  const type = request.headers.get("content-type")?.split(";")[0] ?? "";
  if (types.length > 0 && !types.some((one) => one.split(";")[0] === type || one.includes("*"))) return `type ${type}`;
  if (/json$/.test(type)) JSON.parse(text);
  return null;
}

function answer(operation: Any): Response {
  const statuses = Object.keys(operation.responses ?? {});
  const status = statuses.find((one) => /^2\d\d$/.test(one)) ?? statuses.find((one) => /^3\d\d$/.test(one)) ?? "200";
  const content = Object.entries<Any>(operation.responses?.[status]?.content ?? {})[0];
  const hasBody = !["204", "304"].includes(status);
  const example = JSON.stringify(content?.[1].example ?? {});
  return new Response(hasBody ? example : null, {
    status: Number(status),
    headers: { "content-type": "application/json" },
  });
}
