/**
 * How a value is taken from a response, in code.
 *
 * @module
 */

import { stringCode } from "../../literals.ts";
import { Code } from "../../model.ts";
import type { Offer } from "./offers.ts";
import { isToken } from "./relevance.ts";

/** A way to take a value. */
export interface Taking {
  readonly from: (response: string) => Code;
  /** Where the value stands, for a comment. */
  readonly where: string;
  /** Functions of the locustfile that it calls. */
  readonly helper?: "fieldValue" | "matched";
}

/** Longest text before a value that a pattern has. */
const MAX_CONTEXT = 60;

/** Functions at the end of a locustfile, by name. */
export const HELPERS: Readonly<Record<"fieldValue" | "matched", Code>> = {
  fieldValue: new Code(
    `/** Returns the value of a hidden field or of a meta tag; throws if there is none, which fails the request. */
function fieldValue(html: string, name: string): string {
  const tags = html.match(/<(?:input|meta)\\b[^>]*>/gi) ?? [];
  const tag = tags.find((one) => attributeOf(one, "name") === name);
  if (tag === undefined) throw new Error(\`The page has no field "\${name}"\`);
  return attributeOf(tag, /^<meta/i.test(tag) ? "content" : "value");
}

/** Returns an attribute of a tag; empty if there is none. */
function attributeOf(tag: string, name: string): string {
  const pattern = \`\\\\s\${name}\\\\s*=\\\\s*(?:"([^"]*)"|'([^']*)'|([^\\\\s>]+))\`;
  const [, ...values] = new RegExp(pattern, "i").exec(tag) ?? [];
  const value = values.find((one) => one !== undefined) ?? "";
  return value.replaceAll(/&#(x?)([\\da-f]+);/gi, (_, hex, digits) => String.fromCodePoint(parseInt(digits, hex ? 16 : 10)))
    .replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}`,
  ),
  matched: new Code(
    `/** Returns what a pattern captures; throws if there is no match, which fails the request. */
function matched(text: string, pattern: RegExp): string {
  const value = pattern.exec(text)?.[1];
  if (value === undefined) throw new Error(\`The response does not match \${pattern}\`);
  return value;
}`,
  ),
};

/** Returns how an offer is taken. */
export function takeOffer({ place, name }: Offer): Taking {
  switch (place.kind) {
    case "json":
      return {
        where: `JSON field ${jsonPath(place.path).replace(/^\./, "")}`,
        from: (response) => new Code(`(await ${response}.json())${jsonPath(place.path)}`),
      };
    case "field":
      return {
        where: `form field ${name}`,
        helper: "fieldValue",
        from: (response) => new Code(`fieldValue(await ${response}.text(), ${stringCode(name)})`),
      };
    case "header":
      return {
        where: `header ${name.toLowerCase()}`,
        from: (response) => new Code(`${response}.headers.get(${stringCode(name.toLowerCase())}) ?? ""`),
      };
    case "cookie":
      return { where: `cookie ${name}`, from: (response) => new Code(cookieCode(response, name, place.isEncoded)) };
    case "path":
      return {
        where: "the URL that it led to",
        from: (response) => new Code(`new URL(${response}.url).pathname.split("/")[${place.index}] ?? ""`),
      };
    case "query":
      return {
        where: `the URL that it led to, ${name}`,
        from: (response) => new Code(`new URL(${response}.url).searchParams.get(${stringCode(name)}) ?? ""`),
      };
  }
}

/**
 * Returns how a value is taken from any text, by what stands before it; `null` if nothing there is unique.
 *
 * @param text A response that has the value
 */
export function takeFromText(text: string, value: string): Taking | null {
  for (const { form, decode } of formsOf(value)) {
    const taking = takeForm(text, form, decode);
    if (taking !== null) return taking;
  }
  return null;
}

/** Returns how a value may stand in a page: as it is, percent-encoded in a link, or with the slashes of JSON. */
function formsOf(value: string): { form: string; decode: (code: string) => string }[] {
  const encoded = encodeURIComponent(value);
  const lower = encoded.replaceAll(/%[\dA-F]{2}/g, (escape) => escape.toLowerCase());
  const decode = (code: string) => `decodeURIComponent(${code})`;
  return [
    { form: value, decode: (code: string) => code },
    ...[encoded, lower, encoded.replaceAll("%3D", "=")].map((form) => ({ form, decode })),
    { form: value.replaceAll("/", "\\/"), decode: (code: string) => `${code}.replaceAll("\\\\/", "/")` },
  ].filter(({ form }, index) => index === 0 || form !== value);
}

function takeForm(text: string, value: string, decode: (code: string) => string): Taking | null {
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
    const [before, after] = [text[at - 1] ?? "", text[at + value.length] ?? ""];
    const isEscaped = /\\u[\da-f]{4}$/i.test(text.slice(Math.max(0, at - 6), at));
    if (/\w/.test(before) && !isEscaped || /\w/.test(after)) continue; // a part of another word
    const left = uniqueContext(text, at);
    if (left === null) continue;
    const pattern = patternOf(left, after === "" || value.includes(after) ? "" : after);
    if (!captures(pattern, text, value)) continue;
    return {
      where: /\b(?:href|action|src)=/i.test(left) ? "a link" : "the text",
      helper: "matched",
      from: (response) => new Code(decode(`matched(await ${response}.text(), ${pattern})`)),
    };
  }
  return null;
}

/** Returns what stands before a place, as much as it takes to stand nowhere earlier; on the same line. */
function uniqueContext(text: string, at: number): string | null {
  const lineStart = text.lastIndexOf("\n", at - 1) + 1;
  const longest = at - Math.max(lineStart, at - MAX_CONTEXT);
  for (let length = Math.min(8, longest); length <= longest && length > 0; length++) {
    const left = text.slice(at - length, at);
    if (text.indexOf(left) === at - length && /^[\s<"'{,;&?([]/.test(left)) return left;
  }
  const left = withoutPart(text, at - longest, at);
  return left !== "" && text.indexOf(left) === at - left.length ? left : null;
}

/** Returns a part of a text without the rest of a word that began before it. */
function withoutPart(text: string, start: number, end: number): string {
  const part = text.slice(start, end);
  return /[\w~.%+-]/.test(text[start - 1] ?? "") ? part.replace(/^[\w~.%+-]+/, "") : part;
}

/**
 * Returns the source of a pattern that captures what stands between two texts.
 *
 * @param after The character after it; empty to take what tokens are made of
 */
function patternOf(left: string, after: string): string {
  const escaped = left.split(WORDS).map((part = "") => {
    if (isToken(part)) return "[\\w.~%+-]+"; // another value that is new each time
    return [...part].map((char) => ESCAPES[char] ?? (/[\\^$.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char)).join("");
  }).join("");
  const stop = ESCAPES[after] ?? (/[\\\]^/-]/.test(after) ? `\\${after}` : after);
  return `/${escaped}(${after === "" ? "[\\w.~%+=-]+" : `[^${stop}]+`})/`;
}

/** Splits a text into words that may be tokens and what is between; the escapes of scripts are no part of words. */
const WORDS = /(\\u[\da-f]{4})|([\w~.%+-]{8,})/i;
const ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function captures(pattern: string, text: string, value: string): boolean {
  return new RegExp(pattern.slice(1, -1)).exec(text)?.[1] === value;
}

function cookieCode(response: string, name: string, isEncoded: boolean): string {
  const cookie = `this.client.cookies.get(${stringCode(name)}, ${response}.url) ?? ""`;
  return isEncoded ? `decodeURIComponent(${cookie})` : cookie;
}

function jsonPath(path: readonly (string | number)[]): string {
  return path.map((key) => {
    if (typeof key === "number") return `[${key}]`;
    return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${stringCode(key)}]`;
  }).join("");
}
