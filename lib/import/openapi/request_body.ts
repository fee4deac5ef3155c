/**
 * Bodies of operations.
 *
 * @module
 */

import type { MultipartPart, RequestBody } from "../model.ts";
import { unmarkJson } from "../markers.ts";
import { isNode, type Node, type OpenApiDocument } from "./document.ts";
import type { Examples } from "./examples.ts";
import type { OperationBody } from "./operations.ts";
import { text } from "./parameters.ts";

/** A body, with the content type to set; `null` if the client sets it. */
export interface ExampleBody {
  readonly body: RequestBody;
  readonly type: string | null;
}

/** Returns a body with the document's example, or one made from its schema. */
export function exampleBody(
  document: OpenApiDocument,
  { type, media }: OperationBody,
  examples: Examples,
): ExampleBody {
  if (/[/+]json/i.test(type)) {
    const value = jsonExample(examples.value(media));
    return { body: { kind: "json", value: unmarkJson(value) }, type: /^application\/json$/i.test(type) ? null : type };
  }
  if (/x-www-form-urlencoded/i.test(type)) {
    return { body: { kind: "form", fields: formFields(examples.value(media)) }, type: null };
  }
  if (/multipart\/form-data/i.test(type)) {
    return { body: { kind: "multipart", parts: multipart(document, media, examples) }, type: null };
  }
  const isXml = /[/+]xml/i.test(type);
  const given = examples.given(media);
  const made = () => examples.sample(examples.schemaOf(media), isXml ? { format: "xml" } : {});
  return { body: { kind: "text", text: text(given ?? made()) }, type: type.includes("*") ? "text/plain" : type };
}

/** Some documents write an example of JSON as a string. */
function jsonExample(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[{[]/.test(value)) return value ?? {};
  try {
    return JSON.parse(value);
  } catch {
    return value; // a string that begins like JSON
  }
}

function formFields(value: unknown): [string, string][] {
  if (!isNode(value)) return [];
  return Object.entries(value).flatMap(([name, one]): [string, string][] => {
    return Array.isArray(one) ? one.map((each) => [name, text(each)]) : [[name, text(one)]];
  });
}

function multipart(document: OpenApiDocument, media: Node, examples: Examples): MultipartPart[] {
  const properties = document.object(examples.schemaOf(media).properties);
  const value = examples.value(media);
  return Object.entries(isNode(value) ? value : {}).flatMap(([name, one]) => {
    const schema = document.object(properties[name]);
    const of = schema.type === "array" ? document.object(schema.items) : schema;
    const isFile = of.format === "binary" || of.contentMediaType !== undefined && of.contentEncoding === undefined;
    const values = Array.isArray(one) ? one : [one];
    return values.map((each): MultipartPart => {
      return {
        name,
        value: text(each),
        ...(isFile ? { fileName: `${name}.bin`, type: "application/octet-stream" } : {}),
      };
    });
  });
}
