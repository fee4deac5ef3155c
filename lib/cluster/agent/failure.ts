/**
 * What an agent says of an error.
 *
 * @module
 */

import { ScriptError, UsageError } from "../../core/errors.ts";
import type { FromAgent } from "../wire/protocol.ts";
import { missingFileHint } from "./missing_file.ts";

/** Returns the kind and the words of an error. */
export function failureOf(error: unknown): Pick<Extract<FromAgent, { type: "failed" }>, "kind" | "message" | "hint"> {
  const kind = error instanceof UsageError ? "usage" : error instanceof ScriptError ? "script" : "worker";
  const message = error instanceof Error ? error.message : String(error);
  const hint = error instanceof UsageError || error instanceof ScriptError
    ? error.hint ?? missingFileHint(message)
    : undefined;
  return { kind, message, ...(hint === undefined ? {} : { hint }) };
}
