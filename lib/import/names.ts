/**
 * Names of classes and methods.
 *
 * @module
 */

import { nameWords } from "./secrets.ts";

/** Members of a user class, and words that cannot name a method. */
const TAKEN = new Set(
  `around check client config constructor data id measure onStart onStop record run running shutdown step`.split(" "),
);
const TAKEN_CLASSES = new Set(
  `Array Boolean Code Date Deno Error File FormData Function HttpUser Map Number Object Promise Set String Symbol URL User
  Uint8Array`.split(/\s+/),
);

/** Gives names, each once. */
export class Names {
  readonly #used = new Set<string>();
  readonly #taken: ReadonlySet<string>;

  /** @param taken Names that cannot be given */
  constructor(taken: ReadonlySet<string>) {
    this.#taken = taken;
  }

  /** Returns a name, or one with a number if it was given before. */
  unique(name: string): string {
    let free = name;
    for (let number = 2; this.#used.has(free) || this.#taken.has(free); number++) free = `${name}${number}`;
    this.#used.add(free);
    return free;
  }
}

/** Returns names for methods of one class. */
export function methodNames(): Names {
  return new Names(TAKEN);
}

/** Returns names for classes. */
export function classNames(): Names {
  return new Names(TAKEN_CLASSES);
}

/** Returns a text as `camelCase`; never empty, never with a digit first. */
export function camelCase(text: string, otherwise: string): string {
  const pascal = pascalCase(text, otherwise);
  return pascal[0]!.toLowerCase() + pascal.slice(1);
}

/** Returns a text as `PascalCase`; never empty, never with a digit first. */
export function pascalCase(text: string, otherwise: string): string {
  const words = nameWords(text).map((word) => word[0]!.toUpperCase() + word.slice(1)).join("");
  return /^[A-Z]/.test(words) ? words : `${otherwise}${words}`;
}
