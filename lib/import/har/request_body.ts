/**
 * Bodies of requests.
 *
 * @module
 */

import { unmark, unmarkJson } from "../markers.ts";
import type { MultipartPart, RequestBody } from "../model.ts";
import { encodedFields } from "../url_parts.ts";
import type { HarRequest } from "./har_format.ts";
import { headerOf } from "./headers.ts";

/** A body in parts whose strings may have marks, see `markers.ts`. */
export type DraftBody =
  | { readonly kind: "json"; readonly root: { value: unknown } }
  | { readonly kind: "form"; readonly fields: readonly (readonly [string, string])[] }
  | { readonly kind: "multipart"; readonly parts: readonly (MultipartPart & { readonly value: string })[] }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "base64"; readonly data: string };

/** Returns the body of a request; `null` for none. */
export function readBody(request: HarRequest): DraftBody | null {
  const post = request.postData;
  if (post === undefined || post === null) return null;
  const type = (post.mimeType || headerOf(request.headers, "content-type")).toLowerCase();
  const params = Array.isArray(post.params) ? post.params.filter(({ name }) => typeof name === "string") : [];
  const text = typeof post.text === "string" ? post.text : "";
  if (post.encoding === "base64" && text !== "") return decoded(text, type);
  if (type.startsWith("multipart/form-data")) {
    const boundary = /boundary="?([^";]+)/i.exec(post.mimeType ?? "")?.[1] ??
      /boundary="?([^";]+)/i.exec(headerOf(request.headers, "content-type"))?.[1];
    const parts = text === "" || boundary === undefined ? null : multipartParts(text, boundary);
    if (parts !== null) return { kind: "multipart", parts };
    if (params.length > 0) return { kind: "multipart", parts: params.map(paramPart) };
  }
  if (text === "" && params.length > 0) {
    return { kind: "form", fields: params.map(({ name, value }) => [decodedParam(name!), decodedParam(value ?? "")]) };
  }
  return text === "" ? null : textBody(text, type);
}

/** Returns a body of the model. */
export function bodyOf(draft: DraftBody): RequestBody {
  switch (draft.kind) {
    case "json":
      return { kind: "json", value: unmarkJson(draft.root.value) };
    case "form":
      return { kind: "form", fields: draft.fields.map(([name, value]) => [name, unmark(value)]) };
    case "multipart":
      return { kind: "multipart", parts: draft.parts.map((part) => ({ ...part, value: unmark(part.value) })) };
    case "text":
      return { kind: "text", text: unmark(draft.text) };
    case "base64":
      return draft;
  }
}

/** Returns a body that is known as text and a content type in lower case. */
export function textBody(text: string, type: string): DraftBody {
  if ((/json/.test(type) || /^\s*[[{]/.test(text)) && hasSafeNumbers(text)) {
    try {
      return { kind: "json", root: { value: JSON.parse(text) } };
    } catch {
      // Not JSON, whatever its type or its first character says.
    }
  }
  if (type.startsWith("application/x-www-form-urlencoded")) {
    const fields = encodedFields(text);
    if (fields !== null) return { kind: "form", fields };
  }
  return { kind: "text", text };
}

/** Returns whether no number of a JSON text loses digits when it is parsed. */
function hasSafeNumbers(text: string): boolean {
  return !/[\[:,\s]-?\d{16,}/.test(text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""'));
}

function decoded(data: string, type: string): DraftBody {
  try {
    const bytes = Uint8Array.fromBase64(data);
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\0") ? { kind: "base64", data } : textBody(text, type);
  } catch {
    return { kind: "base64", data }; // bytes that are no text
  }
}

function decodedParam(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " ")); // Chrome leaves params encoded
  } catch {
    return text; // not percent-encoded
  }
}

function paramPart(
  { name, value, fileName, contentType }: NonNullable<NonNullable<HarRequest["postData"]>["params"]>[number],
) {
  return {
    name: name!,
    value: value ?? "",
    ...(fileName === undefined ? {} : { fileName }),
    ...(fileName === undefined || contentType === undefined ? {} : { type: contentType }),
  };
}

/** Splits a multipart body as text; `null` if it is not one. RFC 7578. */
export function multipartParts(text: string, boundary: string): (MultipartPart & { value: string })[] | null {
  const pieces = text.replaceAll(/\r\n|\r|\n/g, "\r\n").split(`--${boundary}`).slice(1, -1);
  if (pieces.length === 0) return null;
  return pieces.map((piece) => {
    const at = piece.indexOf("\r\n\r\n");
    const head = piece.slice(0, at);
    const fileName = /filename="([^"]*)"/i.exec(head)?.[1];
    const type = /^content-type:\s*(.+)$/im.exec(head)?.[1]?.trim();
    return {
      name: /\bname="([^"]*)"/i.exec(head)?.[1] ?? "",
      value: piece.slice(at + 4, piece.endsWith("\r\n") ? -2 : undefined),
      ...(fileName === undefined ? {} : { fileName }),
      ...(fileName === undefined || type === undefined ? {} : { type }),
    };
  });
}
