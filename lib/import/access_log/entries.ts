/**
 * All requests of an access log.
 *
 * @module
 */

import { ScriptError } from "../../core/errors.ts";
import type { ImportSource } from "../model.ts";
import { readJsonLine } from "./json_lines.ts";
import { type LogEntry, readLogLine } from "./log_lines.ts";

/** What is in a log. */
export interface AccessLog {
  /** At least one, in the order of the lines. */
  readonly entries: readonly LogEntry[];
  /** Lines that are not requests; numbers from 1. */
  readonly brokenLines: readonly number[];
}

/**
 * Reads a log.
 *
 * @throws {ScriptError} if it has no request
 */
export function readAccessLog(source: ImportSource): AccessLog {
  const entries: LogEntry[] = [];
  const brokenLines: number[] = [];
  for (const [index, line] of source.text.split("\n").entries()) {
    const text = line.trim();
    // Lines that begin with # are the head of W3C logs and comments.
    if (text === "" || text.startsWith("#")) continue;
    const entry = readEntry(text);
    if (entry === null) brokenLines.push(index + 1);
    else entries.push(entry);
  }
  if (entries.length > 0) return { entries, brokenLines };
  const place = brokenLines.length === 0 ? "it is empty" : `line ${brokenLines[0]} is not a request`;
  throw new ScriptError(
    `Cannot import "${source.name}": ${place}, expected an access log: combined, common or JSON lines`,
  );
}

/** Returns the request of a line, or `null` if it is not one. */
export function readEntry(line: string): LogEntry | null {
  return readJsonLine(line) ?? readLogLine(line);
}
