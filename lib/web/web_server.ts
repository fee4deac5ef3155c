/**
 * Serves the page, and does what it asks for.
 *
 * @module
 */

import { UsageError } from "../core/errors.ts";
import type { ListenAddress } from "../core/listen_address.ts";
import type { EventHub } from "./event_hub.ts";
import { type Access, COOKIE, Guard, isSame, randomSecret, readJson, RefusedError } from "./guard.ts";
import { pageDocument } from "./page/page.ts";
import type { PagePercentiles } from "./protocol.ts";
import { MEDIA_TYPES, type ReportKind } from "./downloads.ts";
import { DeskError, type RunDesk } from "./run_desk.ts";

/** What the server is put together from. */
export interface WebServerOptions extends ListenAddress {
  /** What opens the page: part of the address that is printed. */
  readonly token: string;
  readonly desk: RunDesk;
  readonly hub: EventHub;
  readonly percentiles: PagePercentiles;
}

/** What a path does. */
interface Route extends Access {
  handle(request: Request, url: URL): Response | Promise<Response>;
}

/** Things that may be done to a run; each is a POST to `/api/<name>`. */
const ACTIONS = ["stop", "interrupt", "pause", "resume", "add-users", "set-users", "set-rate", "note"] as const;

/** A page that is being served. */
export class WebServer {
  readonly #options: WebServerOptions;
  readonly #session = randomSecret();
  readonly #routes: ReadonlyMap<string, Route>;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #guard: Guard;

  /**
   * Begins to listen.
   *
   * @throws {Deno.errors.AddrInUse} if the port is taken
   */
  constructor(options: WebServerOptions) {
    this.#options = options;
    this.#routes = new Map(Object.entries(this.#table()));
    const { host: hostname, port } = options;
    this.#server = Deno.serve({ hostname, port, onListen() {}, onError: failed }, (request) => this.#serve(request));
    this.#guard = new Guard({ host: hostname, port: this.#server.addr.port, session: this.#session });
  }

  /** The port: the one asked for, or where that was 0, the one given. */
  get port(): number {
    return this.#server.addr.port;
  }

  /** Ends all streams, and stops listening. */
  async close(): Promise<void> {
    this.#options.hub.close();
    await this.#server.shutdown();
  }

  async #serve(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const route = this.#routes.get(url.pathname);
    const refusal = this.#guard.check(request, route ?? null);
    try {
      if (refusal !== null) throw new RefusedError(refusal);
      return await route!.handle(request, url);
    } catch (error) {
      await request.body?.cancel().catch(() => {}); // what nobody reads would keep the connection from its next request
      if (error instanceof RefusedError) return json({ error: error.message }, error.refusal.status);
      if (error instanceof DeskError) return json({ error: error.message }, 409);
      if (error instanceof UsageError) return json({ error: error.problems.join("\n") }, 400);
      throw error;
    }
  }

  #table(): Record<string, Route> {
    const { desk, hub, percentiles } = this.#options;
    const act = (name: string): Route => ({
      method: "POST",
      handle: async (request) => {
        desk.act(name, await readJson(request));
        return json({});
      },
    });
    return {
      "/": { method: "GET", isPublic: true, handle: () => page(percentiles) },
      "/api/session": { method: "POST", isPublic: true, handle: (request) => this.#exchange(request) },
      "/api/events": { method: "GET", handle: () => events(hub.open()) },
      "/api/run": { method: "GET", handle: (_, url) => found(desk.run(numberOf(url, "run"))) },
      "/api/points": {
        method: "GET",
        handle: (_, url) => found(desk.points(numberOf(url, "run"), numberOf(url, "row"), numberOf(url, "after"))),
      },
      "/api/report.html": { method: "GET", handle: (_, url) => download(desk, url, "html") },
      "/api/report.csv": { method: "GET", handle: (_, url) => download(desk, url, "csv") },
      "/api/report.json": { method: "GET", handle: (_, url) => download(desk, url, "json") },
      "/api/preview": {
        method: "POST",
        handle: async (request) => {
          const values = await readJson(request);
          return json({ problems: desk.problems(values), preview: desk.preview(values) });
        },
      },
      "/api/start": {
        method: "POST",
        handle: async (request) => {
          const values = await readJson(request);
          const problems = desk.problems(values);
          if (problems.length > 0) return json({ problems }); // shown beside the fields; the request itself succeeded
          desk.start(values);
          return json({});
        },
      },
      ...Object.fromEntries(ACTIONS.map((name) => [`/api/${name}`, act(name)])),
    };
  }

  /** Exchanges the token, which the page has from the fragment of its address, for a cookie that scripts cannot read. */
  async #exchange(request: Request): Promise<Response> {
    const token = (await readJson(request) as { token?: unknown } | null)?.token;
    if (typeof token !== "string" || !isSame(token, this.#options.token)) return json({ error: "Wrong token" }, 401);
    const response = json({});
    response.headers.set("set-cookie", `${COOKIE}=${this.#session}; HttpOnly; SameSite=Strict; Path=/`);
    return response;
  }
}

/** Headers that every answer has. */
const COMMON_HEADERS = {
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
};

function page(percentiles: PagePercentiles): Response {
  const nonce = randomSecret();
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'; ` +
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  return new Response(pageDocument(nonce, percentiles), {
    headers: { ...COMMON_HEADERS, "content-type": "text/html; charset=utf-8", "content-security-policy": policy },
  });
}

function events(stream: ReadableStream<Uint8Array>): Response {
  return new Response(stream, { headers: { ...COMMON_HEADERS, "content-type": "text/event-stream" } });
}

function json(value: unknown, status = 200): Response {
  return Response.json(value, { status, headers: COMMON_HEADERS });
}

function found(value: unknown): Response {
  return value === null ? json({ error: "Not found" }, 404) : json(value);
}

function download(desk: RunDesk, url: URL, kind: ReportKind): Response {
  const run = numberOf(url, "run");
  const report = desk.report(run, kind);
  if (report === null) return json({ error: "Not found: the run has not ended, or is no longer kept" }, 404);
  return new Response(report, {
    headers: {
      ...COMMON_HEADERS,
      "content-type": MEDIA_TYPES[kind],
      "content-disposition": `attachment; filename="locust-run-${run}.${kind}"`,
    },
  });
}

function numberOf(url: URL, name: string): number {
  return Number(url.searchParams.get(name) ?? NaN);
}

/** What goes wrong here is nothing that a reader should see. */
function failed(): Response {
  return json({ error: "Internal error" }, 500);
}
