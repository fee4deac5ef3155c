/**
 * Clients for Deno's fetch that ignore the environment's proxy variables.
 *
 * @module
 */

import { exclusively, readVariable } from "../environment.ts";
import { originOf } from "../origin.ts";
import { PROXY_OF_ENVIRONMENT, PROXY_VARIABLES, type ProxyChoice, proxyChoice } from "../proxy.ts";
import { TransportError } from "../transport.ts";

/** Options of a client, which Deno declares in separate types. */
export type HttpClientOptions = Deno.CreateHttpClientOptions & Partial<Deno.TlsCertifiedKeyPem>;

/**
 * Creates a client. Deno makes every client use the proxies named by variables, and obey `NO_PROXY` even if a proxy is
 * given, so the variables are hidden meanwhile.
 *
 * @throws {TypeError} if an option cannot be used
 */
export function createHttpClient(options: HttpClientOptions): Deno.HttpClient {
  return exclusively(() => {
    const hidden = PROXY_VARIABLES.map((name) => [name, readVariable(name)] as const)
      .filter((pair): pair is [string, string] => pair[1] !== undefined);
    try {
      for (const [name] of hidden) Deno.env.delete(name);
      return Deno.createHttpClient(options);
    } finally {
      for (const [name, value] of hidden) Deno.env.set(name, value);
    }
  });
}

/** Deno adds the credentials of a proxy to every request, not only to the one for the tunnel. */
const LEAK = "fetch would send the proxy's credentials to the https server, too: use the socket transport";

function isHttp(protocol: string): boolean {
  return protocol === "http:" || protocol === "https:";
}

/** The clients of one user, one per proxy that its requests use. */
export class HttpClients {
  readonly #options: HttpClientOptions;
  readonly #choice: ProxyChoice | null;
  /** By the proxy's URL; empty for none. */
  readonly #clients = new Map<string, Deno.HttpClient>();

  /**
   * Creates the first client, unless the environment selects the proxy.
   *
   * @param options Options of all clients
   * @param proxy URL of a proxy or `env`; `undefined` for none
   * @throws {TypeError} if an option cannot be used
   * @throws {RangeError} if `proxy` is not the URL of a proxy
   */
  constructor(options: HttpClientOptions, proxy: string | undefined) {
    this.#options = options;
    this.#choice = proxyChoice(proxy);
    if (proxy !== PROXY_OF_ENVIRONMENT) this.#client(this.#choice?.proxies[0]?.url ?? "");
  }

  /**
   * Returns the client for a URL.
   *
   * @throws {TransportError} if its proxy has credentials that fetch would send to the https server, too
   */
  clientFor(url: URL): Deno.HttpClient {
    const proxy = this.#choice?.proxyFor(originOf(url)) ?? null;
    if (proxy !== null && proxy.authorization !== null && url.protocol === "https:" && isHttp(proxy.protocol)) {
      throw new TransportError("unsupported", LEAK);
    }
    return this.#client(proxy?.url ?? "");
  }

  /** Closes all clients. */
  close(): void {
    for (const client of this.#clients.values()) client.close();
    this.#clients.clear();
  }

  #client(proxy: string): Deno.HttpClient {
    let client = this.#clients.get(proxy);
    if (client === undefined) {
      client = createHttpClient(proxy === "" ? this.#options : { ...this.#options, proxy: { url: proxy } });
      this.#clients.set(proxy, client);
    }
    return client;
  }
}
