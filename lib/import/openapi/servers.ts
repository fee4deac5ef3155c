/**
 * Servers of a document.
 *
 * @module
 */

import type { OpenApiDocument } from "./document.ts";

/** Where requests go. */
export interface ServerParts {
  /** The base URL, its path included; `null` if the document names no host. */
  readonly baseUrl: string | null;
  /** What precedes each path because there is no base URL. */
  readonly prefix: string;
  /** Other servers. */
  readonly notes: readonly string[];
}

/** Takes the first server; Swagger 2 has scheme, host and path apart. */
export function readServers(document: OpenApiDocument): ServerParts {
  const urls = document.generation === 2 ? swaggerUrls(document) : document.list(document.root.servers).map(serverUrl);
  const [first = "", ...others] = urls.map((url) => url.replace(/\/+$/, "").replace(/^\/\//, "https://"));
  const notes = others.length === 0 ? [] : [`Other servers: ${others.join(", ")}`];
  if (/^https?:\/\//i.test(first)) return { baseUrl: first, prefix: "", notes };
  return { baseUrl: null, prefix: first, notes: ["The document names no server: give one with --host.", ...notes] };

  /** Fills in the variables of a URL with their defaults. */
  function serverUrl({ url, variables }: Readonly<Record<string, unknown>>): string {
    const values = document.object(variables);
    return String(url ?? "").replaceAll(/\{([^}]+)\}/g, (_, name) => {
      return String(document.object(values[name]).default ?? name);
    });
  }
}

function swaggerUrls({ root }: OpenApiDocument): string[] {
  const { host, basePath = "", schemes } = root;
  if (typeof host !== "string" || host === "") return [String(basePath)];
  const list = Array.isArray(schemes) ? schemes.map(String) : [];
  const scheme = list.includes("https") || list.length === 0 ? "https" : "http";
  return [`${scheme}://${host}${basePath}`];
}
