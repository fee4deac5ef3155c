/**
 * Options of curl that are settings of a client.
 *
 * @module
 */

import { unmark } from "../markers.ts";
import { Code, type Text } from "../model.ts";
import type { Environment } from "../secrets.ts";
import type { CurlRequest } from "./arguments.ts";

/** Settings for `static client`, and what could not become one. */
export interface CurlSettings {
  readonly settings: readonly (readonly [name: string, value: Text])[];
  readonly notes: readonly string[];
}

/** From an option to a setting. */
const RULES: readonly {
  readonly option: string;
  readonly setting: string;
  value(given: string, environment: Environment): Text;
}[] = [
  { option: "insecure", setting: "insecure", value: () => new Code("true") },
  { option: "proxy", setting: "proxy", value: proxyValue },
  { option: "connect-timeout", setting: "connectTimeout", value: (seconds) => new Code(String(Number(seconds))) },
  { option: "max-redirs", setting: "maxRedirects", value: (count) => new Code(String(Number(count))) },
  { option: "http1.0", setting: "http", value: () => "1.1" },
  { option: "http1.1", setting: "http", value: () => "1.1" },
  { option: "http2-prior-knowledge", setting: "http", value: () => "2" },
  { option: "unix-socket", setting: "unixSocket", value: (path) => unmark(path) },
  { option: "interface", setting: "localAddress", value: (address) => unmark(address) },
  { option: "cacert", setting: "caCerts", value: (path) => new Code(`[${fileCode(path)}]`) },
  { option: "cert", setting: "cert", value: (path) => new Code(fileCode(path)) },
  { option: "key", setting: "key", value: (path) => new Code(fileCode(path)) },
];

/** Returns the settings of all commands; where they differ, the last one counts for all. */
export function clientSettings(requests: readonly CurlRequest[], environment: Environment): CurlSettings {
  const settings = new Map<string, Text>();
  const notes: string[] = [];
  for (const { option, setting, value } of RULES) {
    const having = requests.filter((request) => request.settings.has(option));
    const last = having.at(-1)?.settings.get(option);
    if (last === undefined) continue;
    settings.set(setting, value(last, environment));
    if (having.length < new Set(requests).size) {
      notes.push(`--${option} is set for all; ${having.length} of ${new Set(requests).size} commands had it.`);
    }
  }
  if (requests.some((one) => one.settings.has("connect-to"))) notes.push("Left out: --connect-to; see connectTo.");
  return { settings: [...settings], notes };
}

function proxyValue(given: string, environment: Environment): Text {
  const url = /^[a-z\d]+:\/\//i.test(given) ? given : `http://${given}`;
  const password = /^([^/]*\/\/[^:@/]*:)([^@/]*)(@.*)$/.exec(url);
  if (password === null) return unmark(url);
  return unmark(password[1]! + environment.use("PROXY_PASSWORD", password[2]!) + password[3]!);
}

function fileCode(path: string): string {
  return `Deno.readTextFileSync(${JSON.stringify(path)})`;
}
