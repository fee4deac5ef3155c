/**
 * A locustfile with the local modules that it imports, on its way to other machines.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "../../core/errors.ts";
import { formatBytes } from "../../core/units.ts";

/** One file. */
export interface BundleFile {
  /** Path relative to the bundle's folder, with `/`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Files with what names them all. */
export interface Bundle {
  /** Path of the locustfile among them. */
  readonly main: string;
  /** Sorted by path. */
  readonly files: readonly BundleFile[];
  /** SHA-256 of the paths and bytes of all, in hex. */
  readonly hash: string;
}

/** Most bytes of all files together. */
const MAX_BYTES = 100_000_000;
/** Imports and exports from another module, `import()` and `require()` of a string, and `new URL(…, import.meta.url)`. */
const SPECIFIERS =
  /\b(?:from|import)\s*(["'])(\.[^"'\n]*)\1|\b(?:import|require)\s*\(\s*(["'])(\.[^"'\n]*)\3|\bnew\s+URL\(\s*(["'])(\.[^"'\n]*)\5\s*,\s*import\.meta\.url/g;
/** `shared.rows` of a file; its path counts from the locustfile's folder, wherever the call is. */
const ROWS = /\.rows\s*(?:<[^()]*>\s*)?\(\s*(["'`])[^"'`\n]*\1\s*,\s*(["'`])([^"'`\n$]+)\2/g;
/** Ends of modules. */
const MODULE = /\.(?:[cm]?[jt]sx?)$/i;

/**
 * Collects a locustfile and what it imports by relative paths, and what those import.
 *
 * @param locustfile Its `file:` URL
 * @throws {UsageError} if it cannot be read, or the files are too large
 */
export async function collectBundle(locustfile: string): Promise<Bundle> {
  const main = fileURLToPath(locustfile);
  const found = new Map<string, Uint8Array>();
  const waiting = [main];
  let total = 0;
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue;
    const bytes = await read(path, path === main);
    if (bytes === null) continue; // its import will say so on the agent, as it would here
    total += bytes.length;
    if (total > MAX_BYTES) {
      throw new UsageError([
        `Cannot send "${main}" to agents: with its imports it has more than ${formatBytes(MAX_BYTES)}, expected less`,
      ]);
    }
    found.set(path, bytes);
    if (isModule(path)) waiting.push(...filesOf(new TextDecoder().decode(bytes), path, main));
  }
  const root = commonFolder([...found.keys()]);
  const files = [...found].map(([path, bytes]) => ({ path: slashed(relative(root, path)), bytes }))
    .sort((a, b) => a.path < b.path ? -1 : 1);
  return { main: slashed(relative(root, main)), files, hash: hashOf(files) };
}

/**
 * Writes the files of a bundle into a folder.
 *
 * @returns The path of the locustfile
 * @throws {UsageError} if they are not what the hash names, or a path leads out of the folder
 */
export async function unpackBundle({ main, files, hash }: Bundle, folder: string): Promise<string> {
  const actual = hashOf(files);
  if (actual !== hash) {
    throw new UsageError([`Cannot use the files of the run: their SHA-256 is ${actual}, expected ${hash}`]);
  }
  for (const { path, bytes } of files) {
    const target = join(folder, path);
    if (relative(folder, target).startsWith("..")) {
      throw new UsageError([`Cannot use the file "${path}" of the run: it is outside of the run's folder`]);
    }
    await Deno.mkdir(dirname(target), { recursive: true });
    await Deno.writeFile(target, bytes);
  }
  return join(folder, main);
}

/** Returns whether a file has code of the run. */
export function isModule(path: string): boolean {
  return MODULE.test(path) && !path.includes("node_modules/");
}

/** Returns the SHA-256 of files, in hex: of each path and its bytes, with their lengths. */
export function hashOf(files: readonly BundleFile[]): string {
  const sums = files.map(({ path, bytes }) => JSON.stringify([path, sha256(bytes)]));
  return sha256(new TextEncoder().encode(sums.join("\n")));
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function filesOf(source: string, path: string, main: string): string[] {
  const modules = [...source.matchAll(SPECIFIERS)].map((match) => match[2] ?? match[4] ?? match[6]!);
  const rows = [...source.matchAll(ROWS)].map((match) => match[3]!);
  return [
    ...modules.map((specifier) => resolve(dirname(path), specifier)),
    ...rows.map((file) => file.startsWith("file:") ? fileURLToPath(file) : resolve(dirname(main), file)),
  ];
}

/** Returns the bytes of a file; `null` if there is none, as for a path in a comment. */
async function read(path: string, isMain: boolean): Promise<Uint8Array | null> {
  try {
    return (await Deno.stat(path)).isFile ? await Deno.readFile(path) : null;
  } catch (error) {
    if (!isMain) return null;
    throw new UsageError([`Cannot read "${path}": ${error instanceof Error ? error.message : error}`]);
  }
}

function commonFolder(paths: readonly string[]): string {
  let folder = dirname(paths[0]!);
  while (paths.some((path) => relative(folder, path).startsWith(".."))) folder = dirname(folder);
  return folder;
}

function slashed(path: string): string {
  return path.replaceAll(sep, "/");
}
