/**
 * The Deno configuration with which a locustfile finds this very program.
 *
 * @module
 */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import config from "../../../deno.json" with { type: "json" };

/** Folder of this program, or its address in a registry. */
const ROOT = new URL("../../../", import.meta.url);
const NAME = "@x/locust";

/** What decides how a locustfile finds the program. */
export interface ProgramPlace {
  /** Folder of the program's source, or `null` where it comes from a registry or is a binary. */
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

/** Returns how this program is started from a shell. */
export function programCommand({ folder, isStandalone }: ProgramPlace): string {
  if (isStandalone) return "locust";
  return `deno run -A ${folder === null ? `jsr:${NAME}` : join(folder, "main.ts")}`;
}

/**
 * Returns a `deno.json`: the package of the registry, and, for a program in a folder, that folder in its place. Links of
 * a linked package do not count, so those of the program are there, too.
 */
export function denoConfig({ folder }: ProgramPlace): Record<string, unknown> {
  const imports = { [NAME]: `jsr:${NAME}@^${config.version}` };
  if (folder === null) return { imports };
  const links: readonly string[] = (config as { links?: readonly string[] }).links ?? [];
  return { imports, links: [folder, ...links.map((link) => link.replace(/^\./, folder))] };
}
