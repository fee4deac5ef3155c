/**
 * Bodies of requests.
 *
 * @module
 */

import { type ReadBody, readBody } from "../body_text.ts";
import { unmark } from "../markers.ts";
import type { MultipartPart } from "../model.ts";
import type { Environment } from "../secrets.ts";
import { enabled, type Node, node, text } from "./collection.ts";
import type { Variables } from "./variables.ts";

/** Content types of `options.raw.language`. */
const LANGUAGES: Readonly<Record<string, string>> = {
  html: "text/html",
  javascript: "application/javascript",
  json: "application/json",
  xml: "application/xml",
};

/** A body with the content type that Postman sets for it; `null` for none, or if the client sets it. */
export interface PostmanBody extends ReadBody {
  readonly type: string | null;
}

/**
 * Returns the body of a request; `null` if it has none.
 *
 * @param given Content type of the request's header lines, or an empty string
 */
export function postmanBody(
  body: Node,
  given: string,
  variables: Variables,
  environment: Environment,
): PostmanBody | null {
  if (body.disabled === true) return null;
  switch (body.mode) {
    case "raw":
      return rawBody(body, given, variables, environment);
    case "urlencoded":
      return {
        body: { kind: "form", fields: pairs(body.urlencoded, variables, environment) },
        setsType: true,
        type: null,
      };
    case "formdata":
      return {
        body: { kind: "multipart", parts: parts(body.formdata, variables, environment) },
        setsType: true,
        type: null,
      };
    case "graphql":
      return graphql(node(body.graphql), variables, environment);
    case "file":
      return fileBody(text(node(body.file).src), environment);
    default:
      return null;
  }
}

function rawBody(body: Node, given: string, variables: Variables, environment: Environment): PostmanBody | null {
  const raw = text(body.raw);
  if (raw.trim() === "") return null;
  const language = text(node(node(body.options).raw).language);
  // Without any type, a body that looks like JSON is meant as such.
  const type = given !== "" ? given : LANGUAGES[language] ?? (/^\s*[{[]/.test(raw) ? "application/json" : "text/plain");
  const filled = /json/i.test(type) ? variables.fillJson(raw) : variables.fill(raw);
  const read = readBody(filled, type, environment);
  return { ...read, type: read.setsType ? null : type };
}

function graphql(body: Node, variables: Variables, environment: Environment): PostmanBody {
  const given = text(body.variables).trim();
  const json = `{"query":${JSON.stringify(text(body.query))},"variables":${given === "" ? "{}" : given}}`;
  const read = readBody(variables.fillJson(json), "application/json", environment);
  return { ...read, type: read.setsType ? null : "application/json" };
}

function pairs(list: unknown, variables: Variables, environment: Environment) {
  return enabled(list).map((one) => {
    const name = variables.fill(text(one.key));
    return [name, unmark(environment.hide(name, variables.fill(text(one.value))))] as const;
  });
}

function parts(list: unknown, variables: Variables, environment: Environment): MultipartPart[] {
  return enabled(list).flatMap((one): MultipartPart[] => {
    const name = text(one.key);
    const type = text(one.contentType) === "" ? {} : { type: text(one.contentType) };
    if (one.type !== "file") return [{ name, value: unmark(environment.hide(name, variables.fill(text(one.value)))) }];
    const paths = (Array.isArray(one.src) ? one.src : [one.src]).map(text);
    return paths.map((path) => {
      if (path === "") return { name, value: "", fileName: "file", ...type };
      return { name, value: unmark(environment.file(path, false)), fileName: path.split(/[\\/]/).at(-1)!, ...type };
    });
  });
}

function fileBody(path: string, environment: Environment): PostmanBody | null {
  if (path === "") return null;
  return { body: { kind: "text", text: unmark(environment.file(path, false)) }, setsType: false, type: null };
}
