/**
 * Flags of `locust import`.
 *
 * @module
 */

import type { Flag } from "./flag.ts";

/** The flags, in the order of the help. */
export const IMPORT_FLAGS = [
  { key: "from", long: "from", value: "kind", group: "Import", help: "kind of file, if it is not recognised" },
  { key: "output", long: "output", short: "o", value: "file", group: "Import", help: "write there, not to stdout" },
  { key: "force", long: "force", kind: "boolean", group: "Import", help: "overwrite an existing file" },
  {
    key: "thinkTimes",
    long: "think-times",
    value: "real|none|1s-5s",
    group: "Import",
    help: "pauses: as recorded, none, or random (default: real)",
  },
  {
    key: "include",
    long: "include",
    kind: "repeatable",
    value: "glob",
    group: "Import",
    help: "only URLs that match, static files and other hosts too",
  },
  {
    key: "exclude",
    long: "exclude",
    kind: "repeatable",
    value: "glob",
    group: "Import",
    help: "leave out URLs that match",
  },
  {
    key: "only",
    long: "only",
    kind: "repeatable",
    value: "tag|operation",
    group: "Import",
    help: "only these operations of an OpenAPI document",
  },
  {
    key: "environment",
    long: "environment",
    value: "file",
    group: "Import",
    help: "variables of a Postman collection",
  },
  {
    key: "replay",
    long: "replay",
    kind: "boolean",
    group: "Import",
    help: "requests of an access log as they were, not as a mix",
  },
] as const satisfies readonly Flag[];

/** Flags of `locust record` that `locust import` has, too. */
const SHARED_KEYS: ReadonlySet<string> = new Set(["output", "force", "thinkTimes", "include", "exclude"]);

/** Flags of `locust record`, in the order of the help. */
export const RECORD_FLAGS: readonly Flag[] = [
  ...IMPORT_FLAGS.filter(({ key }) => SHARED_KEYS.has(key)),
  { key: "browser", long: "browser", value: "path", group: "Record", help: "Chromium, or a browser built on it" },
  {
    key: "headless",
    long: "headless",
    kind: "boolean",
    group: "Record",
    help: "no window; a script drives the browser",
  },
  {
    key: "port",
    long: "remote-debugging-port",
    value: "port",
    group: "Record",
    help: "port on loopback where scripts drive the browser",
  },
  {
    key: "proxy",
    long: "proxy",
    value: "host:port",
    group: "Record",
    help: "listen there as a proxy instead, with mitmproxy",
  },
];
