/**
 * Explains why a locustfile could not be imported, and what to do about it.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripAnsiCode } from "@std/fmt/colors";
import { builtin } from "../core/builtin.ts";
import { errorSite, isPackageError, readable, userStack } from "../core/error_site.ts";
import { ScriptError } from "../core/errors.ts";
import { NativeAddonError } from "./require_from_disk.ts";

/** The first version of Deno whose compiled programs import TypeScript from disk. */
const TYPESCRIPT_SINCE = [2, 8, 2] as const;

/** `npm:`, the package, its version, what of it. */
const NPM_SPECIFIER = /^npm:\/?((?:@[^/]+\/)?[^@/]+)(?:@[^/]*)?(.*)$/;

/** The environment that decides which imports work. */
export interface ImportHost {
  /** Whether this is the standalone binary. */
  readonly isStandalone: boolean;
  /** Version of Deno. */
  readonly deno: string;
}

const HOST: ImportHost = { isStandalone: Deno.build.standalone, deno: Deno.version.deno };

/**
 * Returns the error to report.
 *
 * @param path The locustfile's path
 * @param error The error that the import threw
 * @param host The importing program. @default this program
 */
export function importError(path: string, error: unknown, host: ImportHost = HOST): ScriptError {
  const commonJs = host.isStandalone ? commonJsLimit(path, error) : null;
  if (commonJs !== null) return new ScriptError(commonJs.message, { cause: error, hint: commonJs.hint });
  if (error instanceof NativeAddonError) {
    const hint = `Use a package without native code, ${elsewhere(path)}.`;
    return new ScriptError(`Cannot import "${path}": ${error.message}`, { cause: error, hint });
  }
  if (errorSite(error) !== null || isPackageError(error) || !(error instanceof Error)) {
    return new ScriptError(`Cannot import "${path}": it threw ${userStack(error)}`, { cause: error });
  }
  // An error of the module loader has no frame of the user's; its message names file, line and often the source.
  // Deno 2.7's of a file that cannot be read is the dump of an object of its own.
  const text = readable(stripAnsiCode(error.message)).replace(/^SyntaxError: /, "")
    .replace(/^JsErrorBox \{ inner: Os \{.*\bmessage: "([^"]+)" \} \}$/, "$1");
  if (text.includes(path) && /not found|no such file/i.test(text) && isMissing(path)) {
    return new ScriptError(`Cannot open locustfile "${path}": no such file`, { cause: error });
  }
  const ofBinary = host.isStandalone ? binaryLimit(path, text, host.deno) : null;
  if (ofBinary !== null) return new ScriptError(ofBinary.message, { cause: error, hint: ofBinary.hint });
  return new ScriptError(`Cannot import "${path}": ${text}`, { cause: error });
}

function isMissing(path: string): boolean {
  try {
    Deno.statSync(path);
    return false;
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}

/**
 * Recognizes that a CommonJS module was imported, which the standalone binary takes for an ES module: it has no exports
 * then, or its first `module`, `exports` or `require` throws.
 */
function commonJsLimit(path: string, error: unknown): { message: string; hint: string } | null {
  const found = commonJsImport(error);
  if (found === null) return null;
  return {
    message: `Cannot import "${found.specifier}" from the standalone binary: it is a CommonJS module, expected require`,
    hint: `Write createRequire(import.meta.url)("${found.entry}") with createRequire of "node:module", ` +
      `${elsewhere(path)}.`,
  };
}

/** Returns which import was of a CommonJS module, and what the locustfile can `require` instead. */
function commonJsImport(error: unknown): { specifier: string; entry: string } | null {
  if (!(error instanceof Error)) return null;
  const text = readable(stripAnsiCode(error.message));
  const missing = /requested module '([^']+)' does not provide an export .* at (.+?):\d+:\d+$/s.exec(text);
  if (missing !== null) {
    const [, specifier = "", importer = ""] = missing;
    const bare = specifier.replace(NPM_SPECIFIER, "$1$2");
    if (!isCommonJs(bare, importer)) return null;
    return { specifier, entry: packageIn(importer) ?? bare };
  }
  if (!/^(?:module|exports|require|__filename|__dirname) is not defined/.test(text)) return null;
  const url = /(?:\(|at )(file:\/\/.+?):\d+:\d+\)?$/m.exec(error.stack ?? "")?.[1];
  if (url === undefined) return null;
  const thrower = fileURLToPath(url);
  if (!isCommonJs(thrower, thrower)) return null;
  const name = packageIn(thrower) ?? thrower;
  return { specifier: name, entry: name };
}

/** Returns the package that a file belongs to, `null` outside of `node_modules`. */
function packageIn(path: string): string | null {
  return /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? null;
}

/** Tells by Node's rules whether what a file imports is CommonJS. */
function isCommonJs(specifier: string, importer: string): boolean {
  try {
    const file = builtin("node:module").createRequire(importer).resolve(specifier);
    if (file.endsWith(".cjs")) return true;
    return file.endsWith(".js") && packageType(dirname(file)) !== "module";
  } catch {
    return false; // not found: then it is something else that is wrong
  }
}

function packageType(folder: string): string {
  try {
    return JSON.parse(Deno.readTextFileSync(join(folder, "package.json"))).type ?? "commonjs";
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return dirname(folder) === folder ? "commonjs" : packageType(dirname(folder));
  }
}

function elsewhere(path: string): string {
  return `or run the locustfile with Deno: deno run -A jsr:@x/locust "${path}"`;
}

/** Recognizes what only the standalone binary cannot import. */
function binaryLimit(path: string, text: string, deno: string): { message: string; hint: string } | null {
  const npm =
    /(?:matching package for '|find constraint '|npm package ')(?:npm:)?((?:@[^/'@]+\/)?[^@'/]+)(@[^']*)?'/.exec(
      text,
    ) ??
      /Import "((?:@[^/"]+\/)?[^/"]+)(?:\/[^"]*)?" not a dependency/.exec(text);
  if (npm !== null) {
    return {
      message:
        `Cannot import "npm:${npm[1]}${npm[2] ?? ""}" from the standalone binary: it is not in a node_modules folder ` +
        `beside "${path}"`,
      hint: `Run "npm install ${npm[1]}${npm[2] ?? ""}" there, ${elsewhere(path)}.`,
    };
  }
  const remote = /"?((?:https?|jsr):[^\s"']+)/.exec(text)?.[1];
  if (remote !== undefined) {
    return {
      message: `Cannot import "${remote}" from the standalone binary: it loads no modules over the network`,
      hint: `Put the module beside the locustfile, ${elsewhere(path)}.`,
    };
  }
  if (/\.[mc]?tsx?$/.test(path) && isBefore(deno, TYPESCRIPT_SINCE) && /Unexpected|Missing initializer/.test(text)) {
    return {
      message: `Cannot import "${path}": this binary is of Deno ${deno}, which imports JavaScript only (${text})`,
      hint: `Write it as JavaScript, ${elsewhere(path)}.`,
    };
  }
  return null;
}

function isBefore(version: string, other: readonly number[]): boolean {
  const parts = version.split(".").map(Number);
  for (const [index, part] of other.entries()) {
    if (parts[index] !== part) return (parts[index] ?? 0) < part;
  }
  return false;
}
