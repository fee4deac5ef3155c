/**
 * Packages that a locustfile imports, as the machine of the coordinator has them.
 *
 * @module
 */

import { dirname, join } from "node:path";

/** What is known of the packages. */
export interface Packages {
  /** What imports by a bare name stand for: `npm:`, `jsr:` or `https:` specifiers. */
  readonly specifiers: Readonly<Record<string, string>>;
  /** Their folders in `node_modules`, and those of the packages that they need. */
  readonly folders: readonly string[];
}

interface Manifest {
  readonly version?: string;
  readonly imports?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Versions that a registry has, unlike paths and URLs. */
const VERSION = /^[\w^~<>=*|. -]+$/;

/**
 * Finds packages.
 *
 * @param names What modules import
 * @param folder Folder of the locustfile; its `package.json`, `deno.json` and `node_modules` count, and those above
 */
export function findPackages(names: Iterable<string>, folder: string): Packages {
  const specifiers: Record<string, string> = {};
  const folders = new Set<string>();
  const [listed, mapped] = [listedIn(nearest(folder, "package.json")), nearest(folder, "deno.json")?.imports ?? {}];
  for (const name of new Set(names)) {
    const installed = installedIn(folder, name);
    if (installed !== null) addFolders(installed, folders);
    const version = installed === null ? listed[name] : manifestOf(installed)?.version;
    if (listed[name] !== undefined && version !== undefined && VERSION.test(version)) {
      specifiers[name] = `npm:${name}@${version}`;
    } else if (/^(?:npm|jsr|https):/.test(mapped[name] ?? "")) {
      specifiers[name] = mapped[name]!;
    }
  }
  return { specifiers, folders: [...folders] };
}

function addFolders(installed: string, folders: Set<string>): void {
  if (folders.has(installed)) return;
  folders.add(installed);
  const { dependencies, optionalDependencies, peerDependencies } = manifestOf(installed) ?? {};
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
    const needed = installedIn(installed, name);
    if (needed !== null) addFolders(needed, folders);
  }
}

/** Returns the folder of a package in `node_modules` of a folder or one above it. */
function installedIn(folder: string, name: string): string | null {
  const found = join(folder, "node_modules", name);
  if (manifestOf(found) !== null) return found;
  return dirname(folder) === folder ? null : installedIn(dirname(folder), name);
}

function listedIn(manifest: Manifest | null): Readonly<Record<string, string>> {
  return { ...manifest?.peerDependencies, ...manifest?.devDependencies, ...manifest?.dependencies };
}

function nearest(folder: string, file: string): Manifest | null {
  const found = readJson(join(folder, file));
  if (found !== null || dirname(folder) === folder) return found;
  return nearest(dirname(folder), file);
}

function manifestOf(folder: string): Manifest | null {
  return readJson(join(folder, "package.json"));
}

function readJson(path: string): Manifest | null {
  try {
    const value = JSON.parse(Deno.readTextFileSync(path));
    return typeof value === "object" ? value : null;
  } catch {
    return null; // there is none, or not one that can be read: an import says more
  }
}
