/**
 * OpenAPI documents: reading, and following their references.
 *
 * @module
 */

import { ScriptError } from "../../core/errors.ts";
import type { ImportSource } from "../model.ts";
import { requireJson } from "../source_json.ts";

/** An object of a document. */
export type Node = Readonly<Record<string, unknown>>;

/** A document whose references all have a target in it. */
export class OpenApiDocument {
  /** The document. */
  readonly root: Node;
  /** `2` for Swagger 2.0, `3` for OpenAPI 3.x. */
  readonly generation: 2 | 3;

  /** Made by {@linkcode readDocument}. */
  constructor(root: Node, generation: 2 | 3) {
    this.root = root;
    this.generation = generation;
  }

  /** Returns a value as an object, references followed; an empty one if it is none. */
  object(value: unknown): Node {
    let node = value;
    // A chain of references is no longer than the document, unless it is a circle.
    for (let hops = 0; isNode(node) && typeof node.$ref === "string"; hops++) {
      if (hops > 100) return {};
      node = pointed(this.root, node.$ref);
    }
    return isNode(node) ? node : {};
  }

  /** Returns a value as a list of objects, references followed. */
  list(value: unknown): Node[] {
    return Array.isArray(value) ? value.map((one) => this.object(one)) : [];
  }
}

/** Returns whether a value is an object, not a list. */
export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Reads a document.
 *
 * @throws {ScriptError} if it cannot be parsed, has another version, or a reference without a target in it; names the place
 */
export async function readDocument(source: ImportSource): Promise<OpenApiDocument> {
  const root = /^\ufeff?\s*\{/.test(source.text) ? requireJson(source) : await parseYaml(source);
  const problem = (state: string) => new ScriptError(`Cannot import "${source.name}": ${state}`);
  if (!isNode(root)) throw problem("not an OpenAPI document, expected an object");
  const version = String(root.openapi ?? root.swagger ?? "");
  if (!/^(?:2\.0|3\.\d+)/.test(version)) {
    throw problem(`OpenAPI version "${version}", expected Swagger 2.0 or OpenAPI 3.x`);
  }
  if (!isNode(root.paths) || Object.keys(root.paths).length === 0) {
    const has = isNode(root.webhooks) ? "only webhooks, which the server calls" : "no paths";
    throw problem(`the document has ${has}`);
  }
  const broken = [...brokenReferences(root)];
  if (broken.length > 0) throw problem(referenceProblem(broken));
  return new OpenApiDocument(root, version.startsWith("2") ? 2 : 3);
}

async function parseYaml(source: ImportSource): Promise<unknown> {
  const { parseDocument } = await import("yaml");
  const document = parseDocument(source.text, { logLevel: "silent" });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = error.linePos?.[0] ?? { line: 1, col: 1 };
    const reason = error.message.split(" at line ")[0]!.split("\n")[0]!;
    throw new ScriptError(`Cannot import "${source.name}": not YAML at line ${line}, column ${col}: ${reason}`);
  }
  try {
    return document.toJS({ maxAliasCount: 1000 });
  } catch (cause) {
    throw new ScriptError(`Cannot import "${source.name}": ${(cause as Error).message}`, { cause });
  }
}

/** A reference without a target in the document. */
interface BrokenReference {
  /** JSON Pointer of the object that has it. */
  readonly place: string;
  readonly target: string;
}

/** Finds references without a target; names of properties and examples are not references. */
function* brokenReferences(root: Node): Generator<BrokenReference> {
  const seen = new Set<unknown>();
  const open: { value: unknown; place: string }[] = [{ value: root, place: "#" }];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const { value, place } = one;
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    const target = (value as Node).$ref;
    if (typeof target === "string" && pointed(root, target) === undefined) yield { place, target };
    const children = Object.entries(value).filter(([key]) => !/^(?:examples?|default|enum|const|x-.*)$/.test(key));
    for (const [key, child] of children.reverse()) {
      open.push({ value: child, place: `${place}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}` });
    }
  }
}

function referenceProblem(broken: readonly BrokenReference[]): string {
  const { place, target } = broken[0]!;
  const more = broken.length === 1 ? "" : `, and ${broken.length - 1} more`;
  if (target.startsWith("#")) return `${place} refers to ${target}, which is not in the document${more}`;
  return `${place} refers to ${target}, outside of the document${more}; bundle it into one file first`;
}

/** Returns what a JSON Pointer (RFC 6901) in a fragment names; `undefined` if nothing, or if it is another document's. */
function pointed(root: Node, reference: string): unknown {
  if (reference === "#") return root;
  if (!reference.startsWith("#/")) return undefined;
  let node: unknown = root;
  for (const token of reference.slice(2).split("/")) {
    const key = decoded(token).replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof node !== "object" || node === null || !Object.hasOwn(node, key)) return undefined;
    node = (node as Node)[key];
  }
  return node;
}

function decoded(token: string): string {
  try {
    return decodeURIComponent(token);
  } catch {
    return token; // a percent sign that escapes nothing
  }
}
