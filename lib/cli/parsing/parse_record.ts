/**
 * Parses the arguments of `locust record`.
 *
 * @module
 */

import { UsageError } from "../../core/errors.ts";
import type { ImportOptions } from "../../import/model.ts";
import { type Environment, type GivenArguments, readArguments } from "../flags/arguments.ts";
import { VARIABLE_PREFIX } from "../flags/flag.ts";
import { RECORD_FLAGS } from "../flags/import_flags.ts";
import { importOptions, NO_ENVIRONMENT, thinkTimeProblems } from "./parse_import.ts";

/** Make a locustfile of what a browser does, or of what goes through a proxy. */
export interface RecordCommand {
  readonly kind: "record";
  /** Where the browser starts; `undefined` for a proxy. */
  readonly url: string | undefined;
  /** Where the proxy listens; `undefined` for a browser. */
  readonly proxy: { readonly host: string; readonly port: number } | undefined;
  /** Path of the browser; `undefined` for the first that is found. */
  readonly browser: string | undefined;
  readonly isHeadless: boolean;
  /** Port for scripts that drive the browser; 0 for any. */
  readonly port: number;
  readonly output: string | undefined;
  readonly isForced: boolean;
  readonly options: ImportOptions;
}

/**
 * Parses the arguments. The variables are those of the recorder of aiolocust.
 *
 * @throws {UsageError} if one is invalid
 */
export function parseRecord(args: readonly string[], env: Environment): RecordCommand {
  const given = readArguments(args, NO_ENVIRONMENT, RECORD_FLAGS);
  const problems = [...given.problems, ...urlProblems(given), ...portProblems(given), ...thinkTimeProblems(given)];
  if (problems.length > 0) throw new UsageError(problems);
  const { values, positionals } = given;
  const [proxy, browser] = [values.get("proxy"), values.get("browser")];
  const output = values.get("output") ?? (env.get(`${VARIABLE_PREFIX}LOCUSTFILE`) || undefined);
  const methods = namesIn(env, "IGNORED_METHODS");
  return {
    kind: "record",
    url: positionals[0],
    proxy: proxy === undefined ? undefined : addressOf(String(proxy))!,
    browser: browser === undefined ? undefined : String(browser),
    isHeadless: values.get("headless") === true,
    port: Number(values.get("port") ?? 0),
    output: output === undefined ? undefined : String(output),
    isForced: values.get("force") === true,
    options: {
      ...importOptions(given),
      ignore: {
        urls: [...namesIn(env, "IGNORED_URLS"), ...namesIn(env, "EXTRA_IGNORED_URLS")],
        headers: [...namesIn(env, "IGNORED_HEADERS"), ...namesIn(env, "EXTRA_IGNORED_HEADERS")]
          .map((name) => name.toLowerCase()),
        methods: (methods.length === 0 ? ["OPTIONS"] : methods).map((name) => name.toUpperCase()),
      },
    },
  };
}

/** Returns the values of a variable, which are separated by commas or white space. */
function namesIn(env: Environment, name: string): string[] {
  return (env.get(VARIABLE_PREFIX + name) ?? "").split(/[,\s]+/).filter((one) => one !== "");
}

function urlProblems({ values, positionals }: GivenArguments): string[] {
  const [url, ...extra] = positionals;
  const forBrowser = (["browser", "headless", "port"] as const).filter((key) => values.has(key) && values.has("proxy"));
  return [
    ...extra.map((one) => `Cannot use "${one}": unexpected argument, expected one URL`),
    ...(url === undefined && !values.has("proxy")
      ? ["Cannot record: no URL, expected one, or --proxy 127.0.0.1:8080"]
      : []),
    ...(url !== undefined && values.has("proxy") ? [`Cannot record "${url}" with --proxy: expected one of both`] : []),
    ...(url !== undefined && !/^https?:$/.test(URL.parse(url)?.protocol ?? "")
      ? [`Cannot record "${url}": not a URL, expected http://… or https://…`]
      : []),
    ...forBrowser.map((key) =>
      `Cannot use --${RECORD_FLAGS.find((flag) => flag.key === key)!.long}: it is for a browser, expected no --proxy`
    ),
  ];
}

function portProblems({ values }: GivenArguments): string[] {
  const [port, proxy] = [values.get("port"), values.get("proxy")];
  return [
    ...(port !== undefined && !(/^\d+$/.test(String(port)) && Number(port) <= 65_535)
      ? [`Cannot use --remote-debugging-port "${port}": expected a number up to 65535`]
      : []),
    ...(proxy !== undefined && addressOf(String(proxy)) === null
      ? [`Cannot use --proxy "${proxy}": expected a host and a port such as 127.0.0.1:8080`]
      : []),
  ];
}

function addressOf(text: string): { host: string; port: number } | null {
  const [, host = "", port = ""] = /^(\S+):(\d+)$/.exec(text) ?? [];
  return host === "" || Number(port) > 65_535 || Number(port) === 0 ? null : { host, port: Number(port) };
}
