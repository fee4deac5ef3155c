/**
 * The Deno configuration that makes a locustfile import this program.
 *
 * @module
 */

import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import config from "../../../deno.json" with { type: "json" };

/** URL of this program: a folder, or an address in a registry. */
const ROOT = new URL("../../../", import.meta.url);
const NAME = "@x/locust";

/** Where the program is. */
export interface ProgramPlace {
  /** Folder of the program's source; `null` for a registry or a binary. */
  readonly folder: string | null;
  /** Whether it is the standalone binary. */
  readonly isStandalone: boolean;
}

/** Returns where this program is. */
export function programPlace(): ProgramPlace {
  const isStandalone = Deno.build.standalone;
  const isFolder = ROOT.protocol === "file:" && !isStandalone;
  return { isStandalone, folder: isFolder ? fileURLToPath(ROOT).replace(/[/\\]$/, "") : null };
}

/** Returns the shell command that starts this program. */
export function programCommand({ folder, isStandalone }: ProgramPlace): string {
  if (isStandalone) return "locust";
  return `deno run -A ${folder === null ? `jsr:${NAME}` : join(folder, "main.ts")}`;
}

/**
 * Returns the contents of a `deno.json` that maps the package to the registry and, for a program in a folder, links that
 * folder instead. It repeats the links of the program, because Deno ignores links of linked packages.
 */
export function denoConfig({ folder }: ProgramPlace): Record<string, unknown> {
  const imports = { [NAME]: `jsr:${NAME}@^${config.version}` };
  return folder === null ? { imports } : { imports, links: [folder, ...linksIn(folder)] };
}

/**
 * Returns the contents of a `deno.json` for the type check of a locustfile: it imports what the program in the folder can,
 * of which only what locustfiles see is checked.
 */
export function checkConfig(folder: string): Record<string, unknown> {
  const module = pathToFileURL(join(folder, "lib/mod.ts")).href;
  return { imports: { ...config.imports, [NAME]: module, [`jsr:${NAME}`]: module }, links: linksIn(folder) };
}

function linksIn(folder: string): string[] {
  const links: readonly string[] = (config as { links?: readonly string[] }).links ?? [];
  return links.map((link) => link.replace(/^\./, folder));
}
