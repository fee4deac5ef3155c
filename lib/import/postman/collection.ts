/**
 * Postman collections of the formats 2.0 and 2.1, which write the same things in several ways.
 *
 * @module
 */

import { ScriptError } from "../../core/errors.ts";
import type { ImportSource } from "../model.ts";
import { requireJson } from "../source_json.ts";

/** An object of a collection; nothing about its members is certain. */
export type Node = Readonly<Record<string, unknown>>;

/** A request or a folder. */
export type Item = RequestItem | Folder;

/** A folder; the collection itself is one, too. */
export interface Folder {
  readonly kind: "folder";
  readonly name: string;
  readonly items: readonly Item[];
  readonly auth: Node | null;
  readonly events: readonly Node[];
}

/** A request. */
export interface RequestItem {
  readonly kind: "request";
  readonly name: string;
  readonly request: Node;
  readonly events: readonly Node[];
}

/** A collection. */
export interface Collection {
  readonly root: Folder;
  readonly variables: readonly Node[];
  /** Requests that could not be read, told by number. */
  readonly leftOut: readonly string[];
}

/**
 * Reads a collection.
 *
 * @throws {ScriptError} if it is not one, or has no request
 */
export function readCollection(source: ImportSource): Collection {
  const problem = (state: string) => new ScriptError(`Cannot import "${source.name}": ${state}`);
  const json = node(requireJson(source));
  // Postman's API answers with the collection in an envelope.
  const collection = json.item === undefined && json.collection !== undefined ? node(json.collection) : json;
  if (Array.isArray(collection.requests)) {
    throw problem("a Postman collection of format 1, expected 2.0 or 2.1: export it again");
  }
  if (!Array.isArray(collection.item)) throw problem("no list at item, expected a Postman collection");
  const reader = new ItemReader();
  const root = reader.folder(collection, text(node(collection.info).name) || text(collection.name) || "Postman");
  if (reader.count === 0) throw problem("the collection has no requests");
  if (reader.count === reader.leftOut.length) throw problem(`${reader.leftOut[0]}, expected requests`);
  return { root, variables: nodes(collection.variable), leftOut: reader.leftOut };
}

/** Reads items, and counts requests in the order in which Postman runs them. */
class ItemReader {
  readonly leftOut: string[] = [];
  count = 0;

  folder(value: Node, name: string): Folder {
    const list = Array.isArray(value.item) ? value.item : [];
    return {
      kind: "folder",
      name,
      items: list.flatMap((one) => this.#item(one) ?? []),
      auth: isNode(value.auth) ? value.auth : null,
      events: nodes(value.event),
    };
  }

  #item(value: unknown): Item | null {
    if (isNode(value) && Array.isArray(value.item)) return this.folder(value, text(value.name) || "folder");
    this.count++;
    const problem = !isNode(value) ? "not an object" : requestOf(value.request) === null ? "it has no URL" : null;
    if (problem !== null) {
      this.leftOut.push(`request ${this.count}: ${problem}`);
      return null;
    }
    const { name, request, event } = value as Node;
    return { kind: "request", name: text(name), request: requestOf(request)!, events: nodes(event) };
  }
}

/** A request may be its URL alone. */
function requestOf(value: unknown): Node | null {
  if (typeof value === "string") return value === "" ? null : { url: value };
  if (!isNode(value)) return null;
  const { url } = value;
  return typeof url === "string" && url !== "" || isNode(url) ? value : null;
}

/** Returns whether a value is an object, not a list. */
export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns a value as an object; an empty one if it is none. */
export function node(value: unknown): Node {
  return isNode(value) ? value : {};
}

/** Returns the objects of a list; a single object is a list of one. */
export function nodes(value: unknown): Node[] {
  return (Array.isArray(value) ? value : [value]).filter(isNode);
}

/** Returns a string, number or boolean as a string; everything else as an empty one. */
export function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

/** Returns the entries of a list that are not switched off. */
export function enabled(value: unknown): Node[] {
  return nodes(value).filter((one) => one.disabled !== true && one.enabled !== false);
}
