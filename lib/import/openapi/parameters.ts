/**
 * Parameters of an operation as parts of a request.
 *
 * @module
 */

import { isNode, type Node } from "./document.ts";
import type { Examples } from "./examples.ts";
import type { Operation } from "./operations.ts";

/** Headers that the client or other parts of a document define (OpenAPI 3.1, Parameter Object). */
const IGNORED_HEADERS = /^(?:accept|content-type|authorization)$/i;

/** Parts of a request that come from parameters. */
export interface ParameterParts {
  readonly path: string;
  /** The path with its parameters as `:petId`. */
  readonly name: string;
  readonly query: readonly [string, string][];
  readonly headers: readonly [string, string][];
  /** Names of optional parameters that are left out: the document has no example for them. */
  readonly leftOut: readonly string[];
}

/** Fills in the parameters that are required or have an example. */
export function parameterParts({ path, parameters }: Operation, examples: Examples): ParameterParts {
  const isUsed = (one: Node) => one.in === "path" || one.required === true || examples.given(one) !== undefined;
  const used = parameters.filter(isUsed);
  const of = (place: string) => used.filter((one) => one.in === place);
  const cookies = of("cookie").map((one) => `${one.name}=${text(examples.value(one))}`);
  const headers = of("header").filter(({ name }) => !IGNORED_HEADERS.test(name as string));
  return {
    path: filledPath(path, of("path"), examples),
    name: path.replaceAll(/\{([^}]+)\}/g, ":$1"),
    query: of("query").flatMap((one) => queryPairs(one, examples.value(one))),
    headers: [
      ...headers.map((one): [string, string] => [one.name as string, text(examples.value(one))]),
      ...(cookies.length === 0 ? [] : [["cookie", cookies.join("; ")] as [string, string]]),
    ],
    leftOut: parameters.filter((one) => !isUsed(one)).map((one) => one.name as string),
  };
}

function filledPath(path: string, parameters: readonly Node[], examples: Examples): string {
  return path.replaceAll(/\{([^}]+)\}/g, (_, name) => {
    const parameter = parameters.find((one) => one.name === name);
    const value = parameter === undefined ? "1" : text(examples.value(parameter));
    return encodeURIComponent(value === "" ? "1" : value);
  });
}

/** By the styles of OpenAPI 3 (`form`, `deepObject`, …) and the collection formats of Swagger 2. */
function queryPairs(parameter: Node, value: unknown): [string, string][] {
  const name = parameter.name as string;
  if (Array.isArray(value)) return listPairs(parameter, name, value);
  if (!isNode(value) || parameter.content !== undefined) return [[name, text(value)]];
  const entries = Object.entries(value);
  if (parameter.style === "deepObject") return entries.map(([key, one]) => [`${name}[${key}]`, text(one)]);
  if (parameter.explode === false) return [[name, entries.flat().map(text).join(",")]];
  return entries.map(([key, one]) => [key, text(one)]);
}

function listPairs(parameter: Node, name: string, values: readonly unknown[]): [string, string][] {
  const separator = separatorOf(parameter);
  if (separator === null) return values.map((one) => [name, text(one)]);
  return [[name, values.map(text).join(separator)]];
}

/** Returns what is between the elements of a list, or `null` if the name is repeated. */
function separatorOf(parameter: Node): string | null {
  if (parameter.schema === undefined && parameter.content === undefined) {
    const formats: Readonly<Record<string, string | null>> = { multi: null, ssv: " ", tsv: "\t", pipes: "|" };
    return formats[String(parameter.collectionFormat)] ?? (parameter.collectionFormat === "multi" ? null : ",");
  }
  if (parameter.style === "spaceDelimited") return parameter.explode === true ? null : " ";
  if (parameter.style === "pipeDelimited") return parameter.explode === true ? null : "|";
  return parameter.explode === false ? "," : null;
}

/** Returns a value as a string; an object as JSON. */
export function text(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? "");
}
