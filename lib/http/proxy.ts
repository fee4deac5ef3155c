/**
 * Decides which proxy a request goes through.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { builtin } from "../core/builtin.ts";
import { ipVersion } from "../core/ip.ts";
import { exclusively, readVariable } from "./environment.ts";
import type { Origin } from "./origin.ts";
import type { TransportName } from "./transport.ts";

/** Selects the environment's variables instead of a proxy's URL. */
export const PROXY_OF_ENVIRONMENT = "env";

/** Variables that name a proxy, by the scheme of requests; the first one set applies. */
const VARIABLES = {
  http: ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"],
  https: ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"],
} as const;
const EXCEPTIONS = ["no_proxy", "NO_PROXY"] as const;
/** All variables about proxies. */
export const PROXY_VARIABLES: readonly string[] = [
  ...new Set([...VARIABLES.http, ...VARIABLES.https, ...EXCEPTIONS]),
];

const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  "http:": 80,
  "https:": 443,
  "socks5:": 1080,
  "socks5h:": 1080,
};
const WANTED = "expected a URL such as http://user:password@host:port";

/** A proxy. */
export interface Proxy {
  /** Its protocol: `http:`, `https:`, `socks5:` or `socks5h:`. */
  readonly protocol: string;
  /** Name or address, without the brackets of an IPv6 address. */
  readonly host: string;
  /** 1–65535. */
  readonly port: number;
  /** As fetch takes it. */
  readonly url: string;
  /** Value of the header `proxy-authorization`, or `null` without credentials. */
  readonly authorization: string | null;
}

/** Reads variables of the environment. */
export type ReadVariable = (name: string) => string | undefined;

/**
 * Reads a proxy's URL; without a scheme it is `http:`.
 *
 * @throws {RangeError} if it is not a proxy's URL
 */
export function parseProxy(text: string): Proxy {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url === null || url.hostname === "") throw new RangeError(`not a proxy, ${WANTED}`);
  const defaultPort = DEFAULT_PORTS[url.protocol];
  if (defaultPort === undefined) {
    throw new RangeError(`"${url.protocol}//" is not a proxy protocol, expected http, https or socks5`);
  }
  if (!["", "/"].includes(url.pathname) || url.search !== "" || url.hash !== "") {
    throw new RangeError(`a proxy has no path, ${WANTED}`);
  }
  const credentials = [url.username, url.password].map(decodeURIComponent).join(":");
  return {
    protocol: url.protocol,
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? defaultPort : Number(url.port),
    url: url.href,
    authorization: credentials === ":" ? null : `Basic ${Buffer.from(credentials).toString("base64")}`,
  };
}

/** Returns the URL of a proxy, or `env`, without name and password. */
export function withoutCredentials(proxy: string): string {
  return proxy.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^/?#]*@/i, "$1");
}

/** Decides which proxy requests go through. */
export interface ProxyChoice {
  /** Returns the proxy for an origin, or `null` to connect directly. */
  proxyFor(origin: Origin): Proxy | null;
  /** All proxies it may return. */
  readonly proxies: readonly Proxy[];
}

const choices = new Map<string, ProxyChoice>();
/** Most choices remembered; the memory is emptied beyond that. */
const MAX_CHOICES = 1024;

/**
 * Returns the choice for an option; the same object for the same string.
 *
 * @param proxy A proxy's URL, or `env`; `undefined` for no proxy
 * @returns `null` for no proxy
 * @throws {RangeError} if a URL is not a proxy's
 */
export function proxyChoice(proxy: string | undefined): ProxyChoice | null {
  if (proxy === undefined) return null;
  let choice = choices.get(proxy);
  if (choice !== undefined) return choice;
  if (proxy === PROXY_OF_ENVIRONMENT) choice = exclusively(() => environmentChoice(readVariable));
  else {
    const one = parseProxy(proxy);
    choice = { proxyFor: () => one, proxies: [one] };
  }
  if (choices.size >= MAX_CHOICES) choices.clear();
  choices.set(proxy, choice);
  return choice;
}

/**
 * Returns the protocol of a proxy that a transport does not support, such as `socks5:`; `null` if it does, or the option
 * cannot be read.
 *
 * @param proxy A proxy's URL, or `env`
 */
export function proxyNotFor(transport: TransportName, proxy: string | null | undefined): string | null {
  if (transport === "fetch" || typeof proxy !== "string") return null;
  try {
    return proxyChoice(proxy)?.proxies.find(({ protocol }) => protocol !== "http:")?.protocol ?? null;
  } catch {
    return null; // reported as a problem of its own
  }
}

/**
 * Returns the choice made by variables: one proxy per scheme, and `NO_PROXY` for hosts without one.
 *
 * @throws {RangeError} if a variable does not hold a proxy's URL
 */
export function environmentChoice(read: ReadVariable): ProxyChoice {
  const [http, https] = [proxyOf(VARIABLES.http, read), proxyOf(VARIABLES.https, read)];
  const isExcepted = exceptions(EXCEPTIONS.map(read).find((value) => value !== undefined) ?? "");
  return {
    proxyFor: (origin) => isExcepted(origin) ? null : origin.isTls ? https : http,
    proxies: [http, https].filter((one) => one !== null),
  };
}

/** Returns the names of the variables that are set and name a proxy. */
export function proxyVariablesSet(read: ReadVariable = readVariable): string[] {
  return [...new Set([...VARIABLES.http, ...VARIABLES.https])].filter((name) => (read(name) ?? "") !== "");
}

function proxyOf(names: readonly string[], read: ReadVariable): Proxy | null {
  for (const name of names) {
    const value = read(name);
    if (value === undefined || value === "") continue;
    try {
      return parseProxy(value);
    } catch (error) {
      throw new RangeError(`${name} is "${withoutCredentials(value)}": ${(error as Error).message}`, { cause: error });
    }
  }
  return null;
}

/**
 * Reads `NO_PROXY`: names, which include their subdomains, each with or without a port; addresses; address ranges such as
 * `10.0.0.0/8`; and `*` for every host.
 */
function exceptions(text: string): (origin: Origin) => boolean {
  const tests = text.split(/[\s,]+/).filter((entry) => entry !== "").map(exception);
  return (origin) => tests.some((isExcepted) => isExcepted(origin));
}

function exception(entry: string): (origin: Origin) => boolean {
  if (entry === "*") return () => true;
  const [, address, bits] = /^\[?([0-9a-f.:]+)\]?\/(\d{1,3})$/i.exec(entry) ?? [];
  if (address !== undefined && ipVersion(address) !== 0) {
    const range = new (builtin("node:net").BlockList)();
    range.addSubnet(address, Number(bits), ipVersion(address) === 4 ? "ipv4" : "ipv6");
    return ({ host }) => ipVersion(host) !== 0 && range.check(host, ipVersion(host) === 4 ? "ipv4" : "ipv6");
  }
  if (ipVersion(entry) !== 0) return ({ host }) => host === entry;
  const [, name = "", port] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(entry) ?? [];
  const suffix = name.replace(/^\*?\./, "").toLowerCase();
  return (origin) =>
    (port === undefined || Number(port) === origin.port) &&
    (origin.host === suffix || origin.host.endsWith(`.${suffix}`));
}
