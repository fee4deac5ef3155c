/**
 * Locates errors in the user's code and formats them in one line.
 *
 * @module
 */

import { stripAnsiCode } from "@std/fmt/colors";

/** Maximum length of an error message in characters; longer ones end with an ellipsis. */
const MAX_TEXT = 300;

/** URL this program is loaded from: on disk, inside a compiled program, or in a registry. */
const PROGRAM_ROOT = new URL("../../", import.meta.url).href;
/** Source of a pattern for this program's files. */
const PROGRAM_FILES = ["lib/", "workers/", "links/", "main.ts"].map((path) => RegExp.escape(PROGRAM_ROOT + path))
  .join("|");
/** Frames of this program. */
const PROGRAM_FRAME = new RegExp(`^(?:${PROGRAM_FILES})`);
/** Frames of the runtime. */
const RUNTIME_FRAME = /^(?:ext|node):/;
/** Frames outside the user's code: this program, its dependencies, the runtime. */
const FOREIGN_FRAME = new RegExp(
  `^(?:${PROGRAM_FILES})` +
    "|^(?:ext|node|jsr|npm|blob|data|native):|/node_modules/|/npm/[^/]+/|^https://jsr\\.io/@(?:std|cliffy)/",
);
/** A stack frame. Deno shows URLs with or without percent-encoding, so that they may contain spaces. */
const FRAME = /^\s+at (?:.*?\()?(?:async )?((?:file|https?|ext|node|data|blob):.*?):(\d+):(\d+)\)?$/;

/** A place in the user's code. */
export interface ErrorSite {
  /** File name without its folder. */
  readonly file: string;
  /** The module's URL. */
  readonly url: string;
  /** Line, from 1. */
  readonly line: number;
  /** Column, from 1. */
  readonly column: number;
}

/**
 * Returns the innermost frame of an error's stack that is in the user's code.
 *
 * @returns The place, or `null` if the stack has no such frame
 */
export function errorSite(error: unknown): ErrorSite | null {
  for (const frame of stackFrames(error)) {
    if (!isForeign(frame.url)) return frame;
  }
  return null;
}

/**
 * Returns an error's message followed by the frames in the user's code, for a log.
 *
 * @param error Any thrown value
 * @returns One or more lines, without a trailing line break
 */
export function userStack(error: unknown): string {
  if (!(error instanceof Error)) return errorMessage(error);
  const frames = stackFrames(error).filter((frame) => !isForeign(frame.url)).map((frame) => frame.text);
  const cause = error.cause === undefined ? [] : [`Caused by: ${userStack(error.cause)}`];
  return [`${error.name}: ${stripAnsiCode(error.message)}`, ...frames, ...cause].join("\n");
}

/**
 * Returns an error as one line for the error table: the message, or else the class name, then `(file:line)` in the user's
 * code if known.
 */
export function describeError(error: unknown): string {
  const site = errorSite(error);
  const text = errorMessage(error);
  return site === null ? text : `${text} (${site.file}:${site.line})`;
}

/** Returns an error's message as one line of at most 300 characters, without colours. */
export function errorMessage(error: unknown): string {
  const raw = error instanceof Error ? error.message || error.name : String(error);
  const line = stripAnsiCode(raw).split("\n").map((part) => part.trim()).filter((part) => part !== "").join(" ");
  return line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT - 1)}…` : line;
}

/**
 * Returns whether an error comes from this program alone: its stack has frames of this program, and besides those only
 * frames of the runtime.
 */
export function isProgramError(error: unknown): boolean {
  const urls = stackFrames(error).map(({ url }) => url).filter((url) => !RUNTIME_FRAME.test(url));
  return urls.length > 0 && urls.every((url) => PROGRAM_FRAME.test(url));
}

/** Returns whether a package of `node_modules` threw an error, or called what threw it. */
export function isPackageError(error: unknown): boolean {
  return stackFrames(error).some(({ url }) => url.includes("/node_modules/"));
}

function isForeign(url: string): boolean {
  return FOREIGN_FRAME.test(url);
}

function stackFrames(error: unknown): (ErrorSite & { readonly text: string })[] {
  if (!(error instanceof Error) || error.stack === undefined) return [];
  // Messages can span lines and contain frames, as those of Deno's module loader do.
  const start = error.stack.indexOf(error.message) === -1
    ? 0
    : error.stack.indexOf(error.message) + error.message.length;
  const frames = [];
  for (const text of stripAnsiCode(error.stack.slice(start)).split("\n")) {
    const match = FRAME.exec(text);
    if (match === null) continue;
    const url = match[1]!;
    const file = decoded(url.slice(url.lastIndexOf("/") + 1));
    frames.push({ file, url, line: Number(match[2]), column: Number(match[3]), text: readable(text) });
  }
  return frames;
}

/** Replaces `file:` URLs in a string by paths. */
export function readable(text: string): string {
  return text.replace(/file:\/\/(?=\/)([^\s"')]*)/g, (_, path: string) => decoded(path));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // not percent-encoded
  }
}
