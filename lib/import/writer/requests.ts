/**
 * Writes requests.
 *
 * @module
 */

import { fieldsCode, jsonCode, objectCode, stringCode, textCode } from "../literals.ts";
import {
  Code,
  type Expectation,
  type Extraction,
  type JsonTemplate,
  type MultipartPart,
  type RequestBody,
  type RequestCall,
} from "../model.ts";
import type { Imports } from "./imports.ts";

/** Methods of the client that are named after the HTTP method. */
const CLIENT_METHODS = new Set(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]);
/** Width of comments, in columns. */
const COMMENT_WIDTH = 76;

/** Names of variables within one function. */
export class Scope {
  readonly #counts = new Map<string, number>();

  /** Returns `name`, `name2`, `name3`, … */
  next(name: string): string {
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return count === 1 ? name : `${name}${count}`;
  }
}

/** Returns the statements of a request. */
export function requestCode(request: RequestCall, imports: Imports, scope: Scope): string {
  const { expect, extract = [], comment, body } = request;
  const form = body?.kind === "multipart" ? scope.next("form") : "";
  const isUsed = expect !== undefined || extract.length > 0;
  const variable = isUsed && request.events === undefined ? scope.next("resp") : "";
  if (request.events !== undefined) return streamCode(request, form, imports, scope);
  const call = `await this.client.${callCode(request, form, imports)};`;
  return commentCode(comment) + [
    ...(body?.kind === "multipart" ? multipartCode(body.parts, form, imports) : []),
    isUsed ? `const ${variable} = ${call}` : call,
    ...expectationCode(expect, variable, imports),
    ...extract.map((one) => extractionCode(one, variable, imports)),
  ].join("\n");
}

/** Reads as many events as were recorded; a stream that ends earlier is no failure. */
function streamCode(request: RequestCall, form: string, imports: Imports, scope: Scope): string {
  const { method, url, body, comment, events = 0 } = request;
  const [stream, count] = [scope.next("stream"), scope.next("events")];
  const isDefault = method === (body === undefined ? "GET" : "POST");
  const options = optionsCode(request, form, imports, isDefault ? [] : [["method", stringCode(method)]]);
  const args = [textCode(imports.text(url)), ...(options === "{}" ? [] : [options])].join(", ");
  return [
    commentCode(comment).trimEnd(),
    ...(body?.kind === "multipart" ? multipartCode(body.parts, form, imports) : []),
    `const ${stream} = await this.client.stream(${args});`,
    `let ${count} = 0;`,
    `for await (const _event of ${stream}.events()) {\nif (++${count} >= ${events}) break;\n}`,
  ].filter((line) => line !== "").join("\n");
}

function extractionCode({ name, from, comment, isDeclared = false }: Extraction, variable: string, imports: Imports) {
  const assigned = `${isDeclared ? "" : "const "}${name} = ${imports.take(from(variable))};`;
  return commentCode(comment === undefined ? [] : [comment]) + assigned;
}

function callCode(request: RequestCall, form: string, imports: Imports): string {
  const { method, url } = request;
  const options = optionsCode(request, form, imports);
  const args = [textCode(imports.text(url)), ...(options === "{}" ? [] : [options])].join(", ");
  if (CLIENT_METHODS.has(method)) return `${method.toLowerCase()}(${args})`;
  return `request(${stringCode(method)}, ${args})`;
}

function optionsCode(
  request: RequestCall,
  form: string,
  imports: Imports,
  first: readonly (readonly [string, string])[] = [],
): string {
  const { headers = [], query = [], name, body, redirect, timeout } = request;
  return objectCode([
    ...first,
    ...(name === undefined ? [] : [["name", stringCode(name)] as const]),
    ...(query.length === 0 ? [] : [["query", fieldsCode(imports.fields(query))] as const]),
    ...(headers.length === 0 ? [] : [["headers", fieldsCode(imports.fields(headers))] as const]),
    ...(body === undefined ? [] : [bodyCode(body, form, imports)]),
    ...(redirect === undefined ? [] : [["redirect", stringCode(redirect)] as const]),
    ...(timeout === undefined ? [] : [["timeout", String(timeout)] as const]),
  ]);
}

function bodyCode(body: RequestBody, form: string, imports: Imports): readonly [string, string] {
  switch (body.kind) {
    case "json":
      noteNames(body.value, imports);
      return ["json", jsonCode(body.value)];
    case "form":
      return ["form", fieldsCode(imports.fields(body.fields))];
    case "multipart":
      return ["form", form];
    case "text":
      return ["body", textCode(imports.text(body.text))];
    case "base64":
      return ["body", `Uint8Array.fromBase64(${stringCode(body.data)})`];
  }
}

function noteNames(value: JsonTemplate, imports: Imports): void {
  if (value instanceof Code) imports.text(value);
  else if (value !== null && typeof value === "object") {
    for (const one of Object.values(value)) noteNames(one as JsonTemplate, imports);
  }
}

function multipartCode(parts: readonly MultipartPart[], form: string, imports: Imports): string[] {
  return [`const ${form} = new FormData();`, ...parts.map((part) => partCode(part, form, imports))];
}

function partCode({ name, value, fileName, type }: MultipartPart, form: string, imports: Imports): string {
  const content = textCode(imports.text(value));
  if (fileName === undefined) return `${form}.append(${stringCode(name)}, ${content});`;
  const options = type === undefined ? "" : `, { type: ${stringCode(type)} }`;
  return `${form}.append(${stringCode(name)}, new File([${content}], ${stringCode(fileName)}${options}));`;
}

function expectationCode(expect: Expectation | undefined, variable: string, imports: Imports): string[] {
  const { status, includes } = expect ?? {};
  if (status !== undefined) imports.add("assertEquals");
  if (includes !== undefined) imports.add("assertStringIncludes");
  return [
    ...(status === undefined ? [] : [`assertEquals(${variable}.status, ${status});`]),
    ...(status === undefined || status < 400 ? [] : [`${variable}.error = false; // this status is right`]),
    ...(includes === undefined
      ? []
      : [`assertStringIncludes(await ${variable}.text(), ${textCode(imports.text(includes))});`]),
  ];
}

/** Returns lines as a comment, wrapped. */
export function commentCode(lines: readonly string[] = []): string {
  return lines.flatMap(wrap).map((line) => line === "" ? "//\n" : `// ${line}\n`).join("");
}

function wrap(line: string): string[] {
  const text = line.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trimEnd();
  const indent = /^ */.exec(text)![0];
  const lines = [indent];
  for (const word of text.trimStart().split(" ")) {
    const last = lines.at(-1)!;
    if (last === indent) lines[lines.length - 1] += word;
    else if (last.length + 1 + word.length <= COMMENT_WIDTH) lines[lines.length - 1] += ` ${word}`;
    else lines.push(indent + word);
  }
  return lines;
}
