/**
 * Why a locustfile could not be imported, and what can be done about it.
 *
 * @module
 */

import { stripAnsiCode } from "@std/fmt/colors";
import { errorSite, readable, userStack } from "../core/error_site.ts";
import { ScriptError } from "../core/errors.ts";

/** First Deno whose compiled programs import TypeScript from disk. */
const TYPESCRIPT_SINCE = [2, 8, 2] as const;

/** What decides which imports work. */
export interface ImportHost {
  /** Whether this is the standalone binary. */
  readonly isStandalone: boolean;
  /** Deno's version. */
  readonly deno: string;
}

const HOST: ImportHost = { isStandalone: Deno.build.standalone, deno: Deno.version.deno };

/**
 * Returns the error to show.
 *
 * @param path The locustfile's path
 * @param error What the import threw
 * @param host Where it was imported. @default this program
 */
export function importError(path: string, error: unknown, host: ImportHost = HOST): ScriptError {
  if (errorSite(error) !== null || !(error instanceof Error)) {
    return new ScriptError(`Cannot import "${path}": it threw ${userStack(error)}`, { cause: error });
  }
  // An error of the module loader has no frame of the user's; its message names file, line and often the source.
  // Deno 2.7's of a file that cannot be read is the dump of an object of its own.
  const text = readable(stripAnsiCode(error.message)).replace(/^SyntaxError: /, "")
    .replace(/^JsErrorBox \{ inner: Os \{.*\bmessage: "([^"]+)" \} \}$/, "$1");
  const ofBinary = host.isStandalone ? binaryLimit(path, text, host.deno) : null;
  if (ofBinary !== null) return new ScriptError(ofBinary.message, { cause: error, hint: ofBinary.hint });
  return new ScriptError(`Cannot import "${path}": ${text}`, { cause: error });
}

/** Recognises what only the standalone binary cannot import. */
function binaryLimit(path: string, text: string, deno: string): { message: string; hint: string } | null {
  const elsewhere = `or run the locustfile with Deno: deno run -A jsr:@x/locust "${path}"`;
  const npm =
    /(?:matching package for '|find constraint '|npm package ')(?:npm:)?((?:@[^/'@]+\/)?[^@'/]+)(@[^']*)?'/.exec(
      text,
    ) ??
      /Import "((?:@[^/"]+\/)?[^/"]+)(?:\/[^"]*)?" not a dependency/.exec(text);
  if (npm !== null) {
    return {
      message:
        `Cannot import "npm:${npm[1]}${npm[2] ?? ""}" from the standalone binary: it is in no node_modules folder ` +
        `beside "${path}"`,
      hint: `Run "npm install ${npm[1]}" there, ${elsewhere}.`,
    };
  }
  const remote = /"?((?:https?|jsr):[^\s"]+)/.exec(text)?.[1];
  if (remote !== undefined) {
    return {
      message: `Cannot import "${remote}" from the standalone binary: it loads no modules over the network`,
      hint: `Put the module beside the locustfile, ${elsewhere}.`,
    };
  }
  if (/\.[mc]?tsx?$/.test(path) && isBefore(deno, TYPESCRIPT_SINCE) && /Unexpected|Missing initializer/.test(text)) {
    return {
      message: `Cannot import "${path}": this binary is of Deno ${deno}, which imports JavaScript only (${text})`,
      hint: `Write it as JavaScript, ${elsewhere}.`,
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
