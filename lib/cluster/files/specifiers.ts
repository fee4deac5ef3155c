/**
 * What modules import, by a look at their text.
 *
 * @module
 */

/** Imports and exports from another module, `import()` and `require()` of a string. */
const IMPORT = /\b(?:from|import|require)\s*(?:\(\s*)?(["'])([^"'\n]+)\1/g;
/** `new URL(…, import.meta.url)`. */
const FILE_URL = /\bnew\s+URL\(\s*(["'])(\.[^"'\n]*)\1\s*,\s*import\.meta\.url/g;
/** `shared.rows` of a file. */
const ROWS = /\.rows\s*(?:<[^()]*>\s*)?\(\s*(["'`])[^"'`\n]*\1\s*,\s*(["'`])([^"'`\n$]+)\2/g;
/** A package, from npm or by its bare name: the name, its version, a path in it. */
const PACKAGE = /^(npm:)?((?:@[\w.~-]+\/)?\w[\w.~-]*)(@[^/]+)?(\/.*)?$/;

/** The package that every machine has. */
const OWN = "@x/locust";

/** What a module needs. */
export interface Needs {
  /** Relative paths of modules and of files next to it. */
  readonly beside: readonly string[];
  /** Files of `shared.rows`: paths that count from the locustfile, or `file:` URLs. */
  readonly rows: readonly string[];
  /** Names of packages. */
  readonly packages: readonly string[];
}

/** Returns what the text of a module says that it needs. */
export function needsOf(text: string): Needs {
  const imports = [...text.matchAll(IMPORT)].map((match) => match[2]!);
  return {
    beside: [...imports.filter((one) => one.startsWith(".")), ...[...text.matchAll(FILE_URL)].map((one) => one[2]!)],
    rows: [...text.matchAll(ROWS)].map((match) => match[3]!),
    packages: imports.flatMap((one) => packageOf(one)?.name ?? []),
  };
}

/** Returns a module with imports of packages replaced by what they stand for; lines stay what they are. */
export function withPackages(module: Uint8Array, packages: Readonly<Record<string, string>>): Uint8Array {
  const text = new TextDecoder().decode(module).replace(IMPORT, (whole, quote: string, specifier: string) => {
    const found = packageOf(specifier);
    if (found === null || found.isNpm || !Object.hasOwn(packages, found.name)) return whole;
    const target = packages[found.name]! + found.path;
    return whole.slice(0, -specifier.length - 1) + target + quote;
  });
  return new TextEncoder().encode(text);
}

function packageOf(
  specifier: string,
): { readonly isNpm: boolean; readonly name: string; readonly path: string } | null {
  const match = PACKAGE.exec(specifier);
  if (match === null || match[2] === OWN) return null;
  const [, npm, name, , path = ""] = match;
  return { isNpm: npm !== undefined, name: name!, path };
}
