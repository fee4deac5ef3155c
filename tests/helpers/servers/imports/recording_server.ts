/** What a server saw of a request: only what a script would say, in a form that does not depend on the client. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: readonly (readonly [string, string])[];
  /** Content type without its parameters. */
  readonly type: string;
  readonly body: unknown;
  /** Lines that are not the client's own, sorted. */
  readonly headers: readonly (readonly [string, string])[];
}

/** Lines that clients set by themselves, or that say which browser it was. */
const OWN =
  /^(?:host|connection|content-(?:length|type)|accept.*|user-agent|referer|origin|sec-.*|priority|pragma|cache-control|upgrade-insecure-requests)$/;

/** A server that answers everything with 200 and keeps what it saw. */
export function startRecordingServer(): AsyncDisposable & { readonly url: string; readonly seen: SeenRequest[] } {
  const seen: SeenRequest[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const url = new URL(request.url);
    const type = (request.headers.get("content-type") ?? "").split(";")[0]!;
    seen.push({
      method: request.method,
      path: url.pathname,
      query: [...url.searchParams],
      type,
      body: await bodyOf(request, type),
      headers: [...request.headers].filter(([name]) => !OWN.test(name)),
    });
    return Response.json({});
  });
  return { url: `http://127.0.0.1:${server.addr.port}`, seen, [Symbol.asyncDispose]: () => server.shutdown() };
}

async function bodyOf(request: Request, type: string): Promise<unknown> {
  if (type === "multipart/form-data") {
    const parts = [...await request.formData()].map(async ([name, value]) => {
      return [name, ...(value instanceof File ? [value.name, value.type, await value.text()] : [value])];
    });
    return await Promise.all(parts);
  }
  const text = await request.text();
  if (type === "application/x-www-form-urlencoded") return [...new URLSearchParams(text)];
  return type.endsWith("json") && text !== "" ? JSON.stringify(JSON.parse(text)) : text;
}
