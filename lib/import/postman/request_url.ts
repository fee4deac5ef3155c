/**
 * URLs of requests.
 *
 * @module
 */

import { hasMarks } from "../markers.ts";
import { commonOrigin, encodedFields, type UrlParts, urlParts } from "../url_parts.ts";
import { enabled, type Folder, isNode, type Node, node, nodes, text } from "./collection.ts";
import type { Variables } from "./variables.ts";

/** A URL; strings have marked expressions in them. */
export interface PostmanUrl extends UrlParts {
  /** Fields of the query; `null` if it is kept as text. */
  readonly fields: readonly [string, string][] | null;
}

/**
 * Returns the URL of a request: a string, or parts.
 *
 * @param baseVariable A variable that is left out where a URL begins with it, because it is the base URL
 */
export function postmanUrl(value: unknown, variables: Variables, baseVariable: string | null): PostmanUrl {
  const url = isNode(value) ? value : { raw: text(value) };
  const raw = rawOf(value);
  const { name, rest } = baseOf(raw);
  // A base with a value is written out, so that it can become the class's host.
  const known = name === null ? undefined : variables.value(name);
  const isBase = name !== null && name === baseVariable;
  const filled = isBase
    ? variables.fill(rest)
    : known === undefined
    ? variables.fill(raw)
    : known.replace(/\/+$/, "") + variables.fill(rest);
  const parts = urlParts(isBase ? filled : withScheme(filled));
  const list = enabled(url.query);
  const fields = list.length > 0
    ? list.map((one): [string, string] => [variables.fill(text(one.key)), variables.fill(text(one.value))])
    : encodedFields(parts.query);
  return { ...parts, path: withPathVariables(parts.path, nodes(url.variable), variables), fields };
}

/** Returns the URLs of all requests, as they stand in the collection. */
export function urlsOf(folder: Folder): unknown[] {
  return folder.items.flatMap((item) => item.kind === "folder" ? urlsOf(item) : [item.request.url]);
}

/** Returns the origin of a URL if all variables in it have values, or else an empty string. */
export function knownOrigin(value: unknown, variables: Variables): string {
  const raw = rawOf(value);
  const { name, rest } = baseOf(raw);
  const known = name === null ? raw : `${variables.value(name) ?? "{{"}${rest}`;
  const { origin } = urlParts(withScheme(known));
  return origin.includes("{{") || hasMarks(origin) ? "" : origin;
}

/** Returns the variable without a value that most URLs begin with, or `null`. */
export function unknownBase(urls: readonly unknown[], variables: Variables): string | null {
  const names = urls.map((url) => baseOf(rawOf(url))).flatMap(({ name, rest }) => {
    return name !== null && rest.startsWith("/") && variables.value(name) === undefined ? [name] : [];
  });
  return commonOrigin(names) ?? null;
}

function baseOf(raw: string): { readonly name: string | null; readonly rest: string } {
  const [whole = "", name] = /^\{\{([^{}]+)\}\}/.exec(raw) ?? [];
  return { name: name?.trim() ?? null, rest: raw.slice(whole.length) };
}

function withScheme(url: string): string {
  return /^[a-z][\w+.-]*:\/\//i.test(url) || hasMarks(url[0] ?? "") || url.startsWith("{{") ? url : `http://${url}`;
}

function rawOf(value: unknown): string {
  return rawUrl(isNode(value) ? value : { raw: text(value) }).trim();
}

function rawUrl(url: Node): string {
  if (text(url.raw) !== "") return text(url.raw);
  const joined = (value: unknown, separator: string) =>
    Array.isArray(value) ? value.map((one) => isNode(one) ? text(one.value) : text(one)).join(separator) : text(value);
  const protocol = text(url.protocol) === "" ? "" : `${text(url.protocol).replace(/:?\/*$/, "")}://`;
  const port = text(url.port) === "" ? "" : `:${text(url.port)}`;
  const path = joined(url.path, "/").replace(/^\//, "");
  return `${protocol}${joined(url.host, ".")}${port}/${path}`;
}

/** Fills in `:id`. */
function withPathVariables(path: string, list: readonly Node[], variables: Variables): string {
  return path.split("/").map((segment) => {
    const one = list.find(({ key, id }) => segment === `:${text(key) || text(id)}`);
    return one === undefined ? segment : variables.fill(text(node(one).value)) || segment.slice(1);
  }).join("/");
}
