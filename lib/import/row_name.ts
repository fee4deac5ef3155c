/**
 * Names of rows: one for all paths that differ in ids only.
 *
 * @module
 */

import { hasMarks } from "./markers.ts";

/** A path segment that is an id: a number, a UUID, hexadecimal digits, or letters and digits as in a key. */
const ID = new RegExp(
  "^(?:\\d+|[\\da-f]{8}(?:-[\\da-f]{4}){3}-[\\da-f]{12}|[\\da-f]{12,}|(?=[\\w-]*\\d)(?=[\\w-]*[A-Za-z])[\\w-]{16,})$",
  "i",
);

/** Returns whether a path segment looks like an id, or has an expression in it. */
export function isId(segment: string): boolean {
  return hasMarks(segment) || ID.test(segment) && !/^v\d+$/i.test(segment);
}

/**
 * Returns a path with ids as `:id`, and without its query.
 *
 * @param path As in `/item/7/comments/9`, which becomes `/item/:id/comments/:id2`
 */
export function rowName(path: string): string {
  let ids = 0;
  return path.split(/[?#]/)[0]!.split("/").map((segment) => {
    if (!isId(segment)) return segment;
    ids++;
    return ids === 1 ? ":id" : `:id${ids}`;
  }).join("/");
}
