/**
 * Which values are worth to be taken from a response: those that a server makes up, not words that stand anywhere.
 *
 * @module
 */

import { isId } from "../../row_name.ts";
import { nameWords } from "../../secrets.ts";
import type { Offer } from "./offers.ts";
import type { Slot } from "./slots.ts";

/** Last words of names of values that a server makes up. */
const MADE_NAMES = new Set(
  `code csrf etag guid handle hash id key nonce number ref reference sid sku slug state ticket token uid uuid xsrf`
    .split(" "),
);

/** Names, in the singular, of JSON fields around what was asked for. */
const WRAPPERS = new Set("content data entry item list object payload record response result row value".split(" "));

/** Returns whether a value is so unlikely that two places with it belong together. */
export function isToken(value: string): boolean {
  if (/[\s<>]|:\/\//.test(value) || value.length < 8 || isTime(value)) return false;
  if (/^\d+$/.test(value)) return true;
  const hasLetters = /[a-z]/i.test(value);
  return (/\d/.test(value) && hasLetters) || (value.length >= 20 && /[a-z]/.test(value) && /[A-Z]/.test(value));
}

/** Returns whether a value is a date or a number of milliseconds since 1970. */
function isTime(value: string): boolean {
  return /^\d{4}-\d\d-\d\d/.test(value) || /^1[5-9]\d{8}(?:\d{3})?$/.test(value);
}

/** Returns whether a value of a response is the one that a request sends, not an equal one by chance. */
export function belongTogether(slot: Slot, offer: Offer): boolean {
  if (isToken(slot.value)) return true;
  const { kind } = offer.place;
  if (kind === "field") return haveSameName(slot.name, offer.name) && slot.value.length >= 4;
  if (kind === "path") return slot.place === "path" && isId(slot.value) && slot.name === offer.parent;
  if (kind !== "json" || !MADE_NAMES.has(nameWords(offer.name).at(-1) ?? "")) return false;
  if (slot.place === "path" && /^\d{1,3}$/.test(slot.value)) return isOfCollection(slot.name, offer);
  if (slot.place === "path") return isId(slot.value) || slot.value.length >= 3;
  return areRelated(slot.name, offer);
}

/** Returns whether names mean the same: `id` and `id`, `itemId` and the `id` of an item in `items`, `item` and that. */
function areRelated(name: string, { name: offered, parent }: Offer): boolean {
  const [sent, given, owner] = [plain(name), plain(offered), plain(singular(parent))];
  return sent === given || (owner !== "" && (sent === owner || sent === owner + given));
}

/** Returns whether a path such as `/items/7` begins with the name of what a response has: `items` or `itemId`. */
function isOfCollection(name: string, { name: offered, parent, collection = "" }: Offer): boolean {
  const wanted = plain(singular(name));
  const owner = nameWords(offered).slice(0, -1).join("") || plain(singular(parent));
  if (wanted === "") return false;
  return wanted === owner || (owner === "" || WRAPPERS.has(owner)) && wanted === plain(singular(collection));
}

/** Returns whether names are the same but for their style. */
export function haveSameName(one: string, other: string): boolean {
  return plain(one) === plain(other);
}

function plain(name: string): string {
  return nameWords(name).join("");
}

/** Returns an English plural as singular: `items`, `categories`, `boxes`. */
export function singular(word: string): string {
  return word.replace(/ies$/i, "y").replace(/(ch|s|sh|x)es$/i, "$1").replace(/([^su])s$/i, "$1");
}
