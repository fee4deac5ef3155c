/**
 * Collects the files that a locustfile needs.
 *
 * @module
 */

import { globSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "../../core/errors.ts";
import { type Bundle, isOwnModule, MAX_BUNDLE_BYTES, MAX_BUNDLE_FILES, packBundle, tooLarge } from "./bundle.ts";
import { findPackages } from "./packages.ts";
import { needsOf } from "./specifiers.ts";

/** Start of a pattern that is a plain path. */
const PLAIN = /^(?:[^*?[\]{}!()/]*\/)*/;

/**
 * Collects a locustfile, what it imports by relative paths, and what those import; the files of `shared.rows`; installed
 * packages; and what patterns name.
 *
 * @param locustfile Its `file:` URL
 * @param include Patterns of more files, relative to the locustfile's folder. @default {[]}
 * @throws {UsageError} if it cannot be read, a pattern has no files, or the files are too large
 */
export async function collectBundle(locustfile: string, include: readonly string[] = []): Promise<Bundle> {
  const main = fileURLToPath(locustfile);
  const files = new Files(main);
  const names = new Set<string>();
  const waiting = [main, ...includedFiles(include, dirname(main))];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const bytes = await files.add(path);
    if (bytes === null || !isOwnModule(path.replaceAll(sep, "/"))) continue;
    const { beside, rows, packages } = needsOf(new TextDecoder().decode(bytes));
    waiting.push(...beside.map((one) => resolve(dirname(path!), one)), ...rows.map((one) => rowsPath(main, one)));
    for (const name of packages) names.add(name);
  }
  const { specifiers, folders } = findPackages(names, dirname(main));
  for (const folder of folders) {
    await files.add(join(folder, "package.json"));
    for (const path of packageFiles(folder)) await files.add(path);
  }
  const found = [...files.found];
  const root = commonFolder(found.map(([path]) => path));
  const packed = found.map(([path, bytes]) => ({ path: slashed(relative(root, path)), bytes }))
    .sort((a, b) => a.path < b.path ? -1 : 1);
  return packBundle(slashed(relative(root, main)), packed, specifiers);
}

/** The files found so far. */
class Files {
  readonly found = new Map<string, Uint8Array>();
  readonly #main: string;
  #bytes = 0;

  constructor(main: string) {
    this.#main = main;
  }

  /** Reads a file, unless it has been; returns `null` for that, and if there is none, as for a path in a comment. */
  async add(path: string): Promise<Uint8Array | null> {
    if (this.found.has(path)) return null;
    const bytes = await this.#read(path);
    if (bytes === null) return null; // its import will say so on the agent, as it would here
    this.found.set(path, bytes);
    return bytes;
  }

  async #read(path: string): Promise<Uint8Array | null> {
    try {
      const { isFile, size } = await Deno.stat(path);
      if (!isFile) return null;
      this.#bytes += size;
      if (this.#bytes > MAX_BUNDLE_BYTES || this.found.size >= MAX_BUNDLE_FILES) throw tooLarge(this.#main);
      return await Deno.readFile(path);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      if (path !== this.#main) return null;
      throw new UsageError([`Cannot read "${path}": ${error instanceof Error ? error.message : error}`]);
    }
  }
}

function rowsPath(main: string, file: string): string {
  return file.startsWith("file:") ? fileURLToPath(file) : resolve(dirname(main), file);
}

/** Returns the files of a package, without those of packages inside of it. */
function packageFiles(folder: string): string[] {
  return globSync("**/*", { cwd: folder, exclude: (path) => slashed(String(path)).split("/").includes("node_modules") })
    .map((path) => join(folder, path));
}

function includedFiles(patterns: readonly string[], folder: string): string[] {
  const problems: string[] = [];
  const files = patterns.flatMap((pattern) => {
    const plain = PLAIN.exec(pattern)![0];
    const base = resolve(folder, plain);
    const found = globSync(pattern.slice(plain.length), { cwd: base }).map((path) => join(base, path)).filter(isFile);
    if (found.length === 0) problems.push(`Cannot use --include "${pattern}": no such files in "${folder}"`);
    return found;
  });
  if (problems.length > 0) throw new UsageError(problems);
  return files;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false; // a link to nothing
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
