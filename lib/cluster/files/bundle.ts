/**
 * The files of a run on their way to other machines.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { dirname, isAbsolute, join, relative } from "node:path";
import { UsageError } from "../../core/errors.ts";
import { formatBytes } from "../../core/units.ts";
import { withPackages } from "./specifiers.ts";

/** One file. */
export interface BundleFile {
  /** Path relative to the bundle's folder, with `/`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What agents have to know before they get the files. */
export interface BundleHead {
  /** SHA-256 of the packed files, in hex. */
  readonly hash: string;
  /** Size of the packed files. */
  readonly bytes: number;
}

/** The files of a run. */
export interface Bundle {
  readonly head: BundleHead;
  /** Path of the locustfile among the files. */
  readonly main: string;
  /** Sorted by path. */
  readonly files: readonly BundleFile[];
  /** All of it as bytes: length of the table (4 bytes), the table as JSON, the files one after the other. */
  readonly packed: Uint8Array;
}

/** The table of packed files. */
interface Table {
  readonly main: string;
  /** What imports of packages stand for, where they are not in `node_modules`. */
  readonly packages: Readonly<Record<string, string>>;
  /** Path and size of each file. */
  readonly files: readonly (readonly [path: string, bytes: number])[];
}

/** Most bytes of all files together. */
export const MAX_BUNDLE_BYTES = 100_000_000;
/** Most bytes of packed files: with their table. */
export const MAX_PACKED_BYTES: number = MAX_BUNDLE_BYTES + 10_000_000;
/** Most files. */
export const MAX_BUNDLE_FILES = 20_000;
const MODULE = /\.(?:[cm]?[jt]sx?)$/i;
const LENGTH_BYTES = 4;

/** Packs files. */
export function packBundle(
  main: string,
  files: readonly BundleFile[],
  packages: Readonly<Record<string, string>> = {},
): Bundle {
  const table: Table = { main, packages, files: files.map(({ path, bytes }) => [path, bytes.length]) };
  const head = new TextEncoder().encode(JSON.stringify(table));
  const packed = new Uint8Array(files.reduce((sum, { bytes }) => sum + bytes.length, LENGTH_BYTES + head.length));
  new DataView(packed.buffer).setUint32(0, head.length);
  packed.set(head, LENGTH_BYTES);
  let at = LENGTH_BYTES + head.length;
  for (const { bytes } of files) {
    packed.set(bytes, at);
    at += bytes.length;
  }
  return { head: { hash: sha256(packed), bytes: packed.length }, main, files, packed };
}

/**
 * Writes packed files into a folder.
 *
 * @param isRewriting Whether imports of packages are replaced by what they stand for. @default unless this is the
 * standalone binary, which finds them in `node_modules`
 * @returns The path of the locustfile
 * @throws {UsageError} if they are not what the hash names, are too large, or a path leads out of the folder
 */
export async function unpackBundle(
  packed: Uint8Array,
  { hash }: BundleHead,
  folder: string,
  isRewriting: boolean = !Deno.build.standalone,
): Promise<string> {
  const actual = sha256(packed);
  if (actual !== hash) {
    throw new UsageError([`Cannot use the files of the run: their SHA-256 is ${actual}, expected ${hash}`]);
  }
  const { main, packages, files } = readTable(packed);
  const targets = files.map(([path]) => targetOf(folder, path)); // before the first is written
  let at = packed.length - files.reduce((sum, [, bytes]) => sum + bytes, 0);
  for (const [index, [path, length]] of files.entries()) {
    const bytes = packed.subarray(at, at += length);
    await Deno.mkdir(dirname(targets[index]!), { recursive: true });
    const isChanged = isRewriting && isOwnModule(path) && Object.keys(packages).length > 0;
    await Deno.writeFile(targets[index]!, isChanged ? withPackages(bytes, packages) : bytes);
  }
  return targetOf(folder, main);
}

/** Returns whether a file has code of the run itself. */
export function isOwnModule(path: string): boolean {
  return MODULE.test(path) && !/(?:^|\/)node_modules\//.test(path);
}

/** Returns the error of files that are too many or too large. */
export function tooLarge(main: string): UsageError {
  const most = `${formatBytes(MAX_BUNDLE_BYTES)} in ${MAX_BUNDLE_FILES} files`;
  return new UsageError([
    `Cannot send "${main}" to agents: with all that it needs it is more than ${most}, expected less`,
  ]);
}

function readTable(packed: Uint8Array): Table {
  try {
    const length = new DataView(packed.buffer, packed.byteOffset).getUint32(0);
    const table = JSON.parse(new TextDecoder().decode(packed.subarray(LENGTH_BYTES, LENGTH_BYTES + length))) as Table;
    const bytes = table.files.reduce((sum, [, bytes]) => sum + bytes, LENGTH_BYTES + length);
    const isRight = bytes === packed.length && table.files.every(([, bytes]) => bytes >= 0) &&
      table.files.length <= MAX_BUNDLE_FILES;
    if (isRight) return table;
  } catch {
    // the error is below
  }
  throw new UsageError(["Cannot use the files of the run: their table is damaged"]);
}

function targetOf(folder: string, path: string): string {
  const target = join(folder, path);
  const inside = relative(folder, target);
  if (inside === "" || inside.startsWith("..") || isAbsolute(inside) || isAbsolute(path) || path.includes("\\")) {
    throw new UsageError([`Cannot use the file "${path}" of the run: it is outside of the run's folder`]);
  }
  return target;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
