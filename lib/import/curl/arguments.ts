/**
 * The words of a curl command to what it asks for.
 *
 * @module
 */

import { isIrrelevant, longOption, shortOption } from "./options.ts";

/** A piece of a body, in the order of the command. */
export interface CurlData {
  /** The option without its dashes, such as `data-urlencode`. */
  readonly option: string;
  readonly value: string;
}

/** What one command asks for, up to its end or `--next`. Strings may have marked expressions in them. */
export interface CurlRequest {
  readonly urls: string[];
  readonly headers: [name: string, value: string][];
  readonly data: CurlData[];
  readonly form: CurlData[];
  /** The last value of every other option that matters; an empty string for those without a value. */
  readonly settings: Map<string, string>;
  /** Options that are left out, as written. */
  readonly leftOut: string[];
  /** Options that curl does not have. */
  readonly unknown: string[];
}

/** Stands for an option whose piece of the body comes from stdin. */
export const STDIN = "stdin";

/** Options whose value is a piece of the body. */
const DATA = new Set(["data", "data-ascii", "data-raw", "data-binary", "data-urlencode", "json"]);
/** Options that are understood; with a value, the last one counts. */
const SETTINGS = new Set(
  `cacert cert connect-timeout connect-to cookie get globoff head http1.0 http1.1 http2 http2-prior-knowledge insecure interface
  key max-redirs max-time oauth2-bearer proxy range referer request unix-socket upload-file url-query user user-agent`
    .split(/\s+/),
);

const NUMBERS = new Set(["connect-timeout", "max-redirs", "max-time"]);

/**
 * Reads the words after `curl`.
 *
 * @returns One request more than there are `--next`
 */
export function curlRequests(words: readonly string[]): CurlRequest[] {
  const requests = [emptyRequest()];
  const rest = [...words];
  while (rest.length > 0) {
    const word = rest.shift()!;
    const request = requests.at(-1)!;
    if (word === "--next" || word === "-:") requests.push(emptyRequest());
    else if (word.startsWith("--") && word !== "--") readLong(word, rest, request);
    else if (word.startsWith("-") && word.length > 1) readShort(word, rest, request);
    else if (word !== "--") request.urls.push(word);
  }
  return requests;
}

function emptyRequest(): CurlRequest {
  return { urls: [], headers: [], data: [], form: [], settings: new Map(), leftOut: [], unknown: [] };
}

/** Returns the method that curl uses: the one given, or one by the body. */
export function methodOf({ settings, data, form }: CurlRequest): string {
  const given = settings.get("request");
  if (given !== undefined && given !== "") return given.toUpperCase();
  if (settings.has("head")) return "HEAD";
  if (settings.has("upload-file")) return "PUT";
  return form.length > 0 || data.length > 0 && !settings.has("get") ? "POST" : "GET";
}

function readLong(word: string, rest: string[], request: CurlRequest): void {
  const { name, takesValue, isKnown } = longOption(word.slice(2));
  if (isKnown) return apply(name, takesValue ? rest.shift() ?? "" : "", word, request);
  // Most likely a value: no option, no URL, and not the last word.
  const isValue = rest.length > 1 && !/^-|:\/\//.test(rest[0]!);
  request.unknown.push(isValue ? `${word} ${rest.shift()}` : word);
}

/** Reads `-sSLXPOST`: letters without a value, then at most one with its value. */
function readShort(word: string, rest: string[], request: CurlRequest): void {
  for (let index = 1; index < word.length; index++) {
    const letter = word[index]!;
    const { name, takesValue, isKnown } = shortOption(letter);
    if (!isKnown) request.unknown.push(`-${letter}`);
    else if (!takesValue) apply(name, "", `-${letter}`, request);
    else return apply(name, word.slice(index + 1) || (rest.shift() ?? ""), `-${letter}`, request);
  }
}

function apply(name: string, value: string, word: string, request: CurlRequest): void {
  if (isStdin(name, value)) readStdin(name, `${word} ${value}`, request);
  else if (name === "url") request.urls.push(value);
  else if (name === "header") readHeader(value, request);
  else if (DATA.has(name)) request.data.push({ option: name, value });
  else if (name === "form" || name === "form-string") request.form.push({ option: name, value });
  else if (SETTINGS.has(name) && isUsable(name, value)) request.settings.set(name, value);
  else if (name.startsWith("no-") && SETTINGS.has(name.slice(3))) request.settings.delete(name.slice(3));
  else if (!isIrrelevant(name)) request.leftOut.push(value === "" ? word : `${word} ${value}`);
}

/** Returns whether curl would read the value from stdin. */
function isStdin(name: string, value: string): boolean {
  if (name === "upload-file") return value === "-" || value === ".";
  if (name === "form") return /^[^=]*=[@<]-(?:;|$)/.test(value);
  return DATA.has(name) && name !== "data-raw" &&
    (value === "@-" || name === "data-urlencode" && /^[^=@]*@-$/.test(value));
}

/** Keeps the method that the body implies. */
function readStdin(name: string, words: string, request: CurlRequest): void {
  request.leftOut.push(`${words} (body from stdin)`);
  if (name === "upload-file") request.settings.set(name, "");
  else if (name !== "form") request.data.push({ option: STDIN, value: "" });
  else if (!request.settings.has("request")) request.settings.set("request", "POST");
}

/** Numbers have to be some, and `-b` without "=" names a file of cookies. */
function isUsable(name: string, value: string): boolean {
  if (NUMBERS.has(name)) return /^\d+(?:\.\d+)?$/.test(value);
  return name !== "cookie" || value.includes("=");
}

/** Reads `Name: value`, `Name;` for an empty value, and `Name:`, which removes a header of curl's own. */
function readHeader(line: string, request: CurlRequest): void {
  const match = /^(:?[^:;]+)(?::\s*(.*)|(;)\s*)$/s.exec(line);
  if (match === null) return void request.leftOut.push(`-H ${line}`);
  const [, name, value = "", isEmpty] = match;
  if (value !== "" || isEmpty !== undefined) request.headers.push([name!.trim(), value.trimEnd()]);
}
