/**
 * Values that a response gives.
 *
 * @module
 */

import { isId } from "../../row_name.ts";
import type { Draft } from "../draft.ts";
import type { Entry } from "../har_format.ts";
import { headerOf, setCookies } from "../headers.ts";

/** A value in a response, and where it stands. */
export interface Offer {
  readonly value: string;
  /** Name of the field, header or cookie. */
  readonly name: string;
  /** Name of what the field belongs to, such as `items` for an `id` in it; empty if unknown. */
  readonly parent: string;
  /** Name at the end of the path that was requested, such as `orders` of `POST /orders`. @default none */
  readonly collection?: string;
  readonly place:
    | { readonly kind: "json"; readonly path: readonly (string | number)[] }
    | { readonly kind: "field" }
    | { readonly kind: "header" }
    | { readonly kind: "cookie"; readonly isEncoded: boolean }
    | { readonly kind: "path"; readonly index: number }
    | { readonly kind: "query" };
}

/** Deepest level of a JSON body that is looked at. */
const MAX_DEPTH = 20;
/** Most values of one response. */
const MAX_OFFERS = 20_000;
/** Headers that are about the message, not for the next request. */
const MESSAGE_HEADERS =
  /^(?:accept-ranges|age|alt-svc|cache-control|cf-.*|connection|content-.*|date|etag|expires|keep-alive|last-modified|location|nel|p3p|permissions-policy|pragma|referrer-policy|report-to|reporting-endpoints|server|server-timing|set-cookie|strict-transport-security|transfer-encoding|vary|via|x-cache.*|x-content-type-options|x-frame-options|x-powered-by|x-xss-protection|access-control-.*|cross-origin-.*)$/;

/** Returns the body of a response as text; empty if the file does not have it. */
export function responseText({ response }: Entry): string {
  const { text, encoding } = response.content ?? {};
  if (typeof text !== "string") return "";
  if (encoding !== "base64") return text;
  try {
    return new TextDecoder().decode(Uint8Array.fromBase64(text));
  } catch {
    return ""; // not base64
  }
}

/** Returns the values that a response gives, the best place first. */
export function offersOf(draft: Draft): Offer[] {
  const { entry, last } = draft;
  const text = responseText(last);
  const found = [
    ...jsonOffers(last, text),
    ...fieldOffers(text),
    ...(last === entry ? [] : urlOffers(last.url)),
    ...headerOffers(last),
    ...draft.chain.flatMap(cookieOffers),
  ];
  return found.slice(0, MAX_OFFERS);
}

function jsonOffers({ response, url }: Entry, text: string): Offer[] {
  const type = response.content?.mimeType || headerOf(response.headers, "content-type");
  if (!/json/i.test(type) && !/^\s*[{[]/.test(text)) return [];
  try {
    const offers: Offer[] = [];
    collect(JSON.parse(text), [], offers);
    const collection = url.pathname.replace(/\/$/, "").split("/").at(-1) ?? "";
    return isId(collection) ? offers : offers.map((offer) => ({ ...offer, collection }));
  } catch {
    return []; // not JSON, whatever its type says
  }
}

function collect(value: unknown, path: (string | number)[], offers: Offer[]): void {
  if (offers.length >= MAX_OFFERS || path.length > MAX_DEPTH) return;
  if (typeof value === "string" || typeof value === "number") {
    const names = path.filter((key) => typeof key === "string");
    offers.push({
      value: String(value),
      name: names.at(-1) ?? "",
      parent: names.at(-2) ?? "",
      place: { kind: "json", path: [...path] },
    });
  } else if (value !== null && typeof value === "object") {
    for (const [key, inner] of Object.entries(value)) {
      collect(inner, [...path, Array.isArray(value) ? Number(key) : key], offers);
    }
  }
}

/** Hidden inputs and `<meta name="csrf-token" content="…">`. */
function fieldOffers(text: string): Offer[] {
  return [...text.matchAll(/<(?:input|meta)\b[^>]*>/gi)].flatMap(([tag]): Offer[] => {
    const name = attribute(tag, "name");
    const value = attribute(tag, /^<meta/i.test(tag) ? "content" : "value");
    const isHidden = /^<meta/i.test(tag) || attribute(tag, "type")?.toLowerCase() === "hidden";
    return name && value && isHidden ? [{ value, name, parent: "", place: { kind: "field" } }] : [];
  });
}

/** Returns an attribute of a tag, with its character references replaced. */
function attribute(tag: string, name: string): string | undefined {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, "i").exec(tag);
  return unescaped(found?.[1] ?? found?.[2] ?? found?.[3]);
}

function unescaped(text: string | undefined): string | undefined {
  return text
    ?.replaceAll(/&#(?:x([\da-f]{1,6})|(\d{1,7}));/gi, (all, hex, decimal) => {
      const code = hex === undefined ? Number(decimal) : parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : all;
    })
    .replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function urlOffers(url: URL): Offer[] {
  const segments = url.pathname.split("/");
  return [
    ...segments.map((value, index): Offer => ({
      value,
      name: "",
      parent: segments[index - 1] ?? "",
      place: { kind: "path", index },
    })),
    ...[...url.searchParams].map(([name, value]): Offer => ({ value, name, parent: "", place: { kind: "query" } })),
  ].filter(({ value }) => value !== "");
}

function headerOffers({ response }: Entry): Offer[] {
  return (response.headers ?? []).flatMap(({ name, value }): Offer[] => {
    if (typeof name !== "string" || !value || MESSAGE_HEADERS.test(name.toLowerCase()) || name.startsWith(":")) {
      return [];
    }
    return [{ value, name, parent: "", place: { kind: "header" } }];
  });
}

function cookieOffers(entry: Entry): Offer[] {
  return setCookies(entry.response).flatMap(([name, value]): Offer[] => {
    const plain: Offer = { value, name, parent: "", place: { kind: "cookie", isEncoded: false } };
    if (!/%[\da-f]{2}/i.test(value)) return [plain];
    try {
      return [plain, { ...plain, value: decodeURIComponent(value), place: { kind: "cookie", isEncoded: true } }];
    } catch {
      return [plain]; // not percent-encoded
    }
  });
}
