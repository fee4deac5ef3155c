/**
 * Clients of Deno's fetch that connect as they are told, whatever the environment says.
 *
 * @module
 */

import { exclusively, readVariable } from "../environment.ts";
import { originOf } from "../origin.ts";
import { PROXY_OF_ENVIRONMENT, PROXY_VARIABLES, type ProxyChoice, proxyChoice } from "../proxy.ts";

/** Options of a client, which the types of Deno keep apart. */
export type HttpClientOptions = Deno.CreateHttpClientOptions & Partial<Deno.TlsCertifiedKeyPem>;

/**
 * Makes a client. Deno has every client use the proxies that variables name, and leave out those `NO_PROXY` names even
 * where a proxy is given: the variables are hidden while it is made.
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

/** Clients of one user: one for each way its requests take. */
export class HttpClients {
  readonly #options: HttpClientOptions;
  readonly #choice: ProxyChoice | null;
  /** By the proxy's URL; empty for none. */
  readonly #clients = new Map<string, Deno.HttpClient>();

  /**
   * Makes the first client, unless the environment says which proxy is used.
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

  /** Returns the client for a URL. */
  clientFor(url: URL): Deno.HttpClient {
    return this.#client(this.#choice?.proxyFor(originOf(url))?.url ?? "");
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
