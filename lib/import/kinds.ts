/**
 * The kinds of files that can be imported.
 *
 * @module
 */

import type { ImportOptions, ImportSource, Scenario } from "./model.ts";
import { isAccessLog, isCurl, isHar, isOpenApi, isPostman } from "./recognise.ts";

/** One kind of file. */
export interface ImportKind {
  /** Its name, for `--from`. */
  readonly name: string;
  /** Its name in sentences. */
  readonly title: string;
  /** The options that it takes. */
  readonly options: readonly (keyof ImportOptions)[];
  /** Returns whether a file is of this kind; the first kind that says so is taken. */
  isKind(source: ImportSource): boolean;
  /**
   * Reads a file.
   *
   * @throws {ScriptError} if it has nothing to import, or cannot be read; the message names the place
   */
  read(source: ImportSource, options: ImportOptions): Promise<Scenario>;
}

/** All kinds, in the order in which they are tried. */
export const IMPORT_KINDS: readonly ImportKind[] = [
  {
    name: "har",
    title: "a HAR file",
    options: ["thinkTimes", "include", "exclude", "ignore"],
    isKind: isHar,
    read: async (source, options) => (await import("./har/har_reader.ts")).readHar(source, options),
  },
  {
    name: "openapi",
    title: "an OpenAPI document",
    options: ["only"],
    isKind: isOpenApi,
    read: async (source, options) => (await import("./openapi/openapi_reader.ts")).readOpenApi(source, options),
  },
  {
    name: "postman",
    title: "a Postman collection",
    options: ["environment"],
    isKind: isPostman,
    read: async (source, options) => (await import("./postman/postman_reader.ts")).readPostman(source, options),
  },
  {
    name: "curl",
    title: "curl commands",
    options: [],
    isKind: isCurl,
    read: async (source) => (await import("./curl/curl_reader.ts")).readCurl(source),
  },
  {
    name: "access-log",
    title: "an access log",
    options: ["replay"],
    isKind: isAccessLog,
    read: async (source, options) =>
      (await import("./access_log/access_log_reader.ts")).readAccessLogFile(source, options),
  },
];
