/**
 * Bodies of curl commands.
 *
 * @module
 */

import { readBody } from "../body_text.ts";
import { hasMarks, mark, unmark } from "../markers.ts";
import type { MultipartPart, RequestBody } from "../model.ts";
import type { Environment } from "../secrets.ts";
import { type CurlData, type CurlRequest, STDIN } from "./arguments.ts";

/** A body, with the content type that curl sends unless a header line says otherwise. */
export interface CurlBody {
  readonly body: RequestBody;
  /** `null` if the client sets it. */
  readonly type: string | null;
}

/**
 * Returns the body that `-d`, `--json`, `-F` or `-T` ask for.
 *
 * @param type Content type of the command's header lines, or an empty string
 * @param environment Takes what looks like a secret
 */
export function curlBody(request: CurlRequest, type: string, environment: Environment): CurlBody | null {
  const { data, form, settings } = request;
  if (form.length > 0) {
    return { body: { kind: "multipart", parts: form.map((one) => formPart(one, environment)) }, type: null };
  }
  const file = settings.get("upload-file");
  if (file !== undefined && file !== "") {
    return { body: { kind: "text", text: unmark(environment.file(file, false)) }, type: type === "" ? null : type };
  }
  if (settings.has("get") || data.every(({ option }) => option === STDIN)) return null;
  const isJson = data.some(({ option }) => option === "json");
  const sent = type !== "" ? type : isJson ? "application/json" : "application/x-www-form-urlencoded";
  const { body, setsType } = readBody(dataText(data, environment), sent, environment);
  return { body, type: setsType ? null : sent };
}

/** Returns the pieces of `-d` and its relatives as one text, joined as curl joins them. */
export function dataText(data: readonly CurlData[], environment: Environment): string {
  return data.filter(({ option }) => option !== STDIN).map((one, index) => {
    const separator = index === 0 || one.option === "json" ? "" : "&";
    return separator + pieceText(one, environment);
  }).join("");
}

function pieceText({ option, value }: CurlData, environment: Environment): string {
  if (option === "data-urlencode") return encodedPiece(value, environment);
  if (option === "data-raw" || !value.startsWith("@")) return value;
  const path = value.slice(1);
  if (option === "json") return environment.file(path, true);
  if (option === "data-binary") return environment.file(path, false);
  // Like curl: -d @file leaves line ends out.
  return mark(`${bare(environment.file(path, true))}.replaceAll(/[\\r\\n]/g, "")`);
}

/** Returns a piece of `--data-urlencode` or `--url-query`: `content`, `=content`, `name=content`, `@file` or `name@file`. */
export function encodedPiece(value: string, environment: Environment): string {
  const [, name = "", kind = "", content = ""] = /^([^=@]*)([=@])(.*)$/s.exec(value) ?? ["", "", "", value];
  const before = name === "" ? "" : `${name}=`;
  if (kind === "@") return before + mark(`encodeURIComponent(${bare(environment.file(content, true))})`);
  return before + encodeText(content);
}

function encodeText(text: string): string {
  return text.split(/(\ue000[^\ue001]*\ue001)/).map((part) => hasMarks(part) ? part : encodeURIComponent(part)).join(
    "",
  );
}

function formPart({ option, value }: CurlData, environment: Environment): MultipartPart {
  const at = value.indexOf("=");
  const name = at < 0 ? value : value.slice(0, at);
  const content = at < 0 ? "" : value.slice(at + 1);
  if (option === "form-string") return { name, value: unmark(environment.hide(name, content)) };
  const [first = "", ...parameters] = content.split(/;(?=(?:type|filename|headers|encoder)=)/);
  const parameter = (key: string) => {
    const found = parameters.find((one) => one.startsWith(`${key}=`))?.slice(key.length + 1);
    return found === undefined ? undefined : unquoted(found);
  };
  const path = unquoted(first.slice(1));
  const isFile = first.startsWith("@");
  const fileName = parameter("filename") ?? (isFile ? path.split(/[\\/]/).at(-1)! : undefined);
  const type = parameter("type");
  const hidden = environment.hide(name, unquoted(first));
  return {
    name,
    value: unmark(isFile || first.startsWith("<") ? environment.file(path, !isFile) : hidden),
    ...(fileName === undefined ? {} : { fileName }),
    ...(type === undefined ? {} : { type }),
  };
}

function unquoted(text: string): string {
  return /^".*"$/s.test(text) ? text.slice(1, -1).replaceAll(/\\(["\\])/g, "$1") : text;
}

function bare(marked: string): string {
  return marked.slice(1, -1);
}
