import { assertEquals } from "@std/assert";
import { importFile } from "../../../lib/import/import_file.ts";
import { IMPORT_KINDS } from "../../../lib/import/kinds.ts";
import type { ImportOptions } from "../../../lib/import/model.ts";

/** Returns the locustfile of a text. */
export async function imported(text: string, options: ImportOptions = {}, from?: string, name = "x"): Promise<string> {
  return await importFile({ name, text }, options, IMPORT_KINDS.find((kind) => kind.name === from));
}

/** Returns the message of an import that fails. */
export async function importError(text: string, options: ImportOptions = {}, from?: string): Promise<string> {
  try {
    await imported(text, options, from);
    return "no error";
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

/** Checks that files are formatted and have no type error, in one go. */
export async function assertGoodFiles(sources: readonly string[]): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const paths = sources.map((_, index) => `${folder}/locustfile${index}.ts`);
    await Promise.all(paths.map((path, index) => Deno.writeTextFile(path, sources[index]!)));
    assertEquals(await problemsOf(["fmt", "--check", "--no-config", ...paths]), null);
    const config = new URL("../../../deno.json", import.meta.url).pathname;
    assertEquals(await problemsOf(["check", "--quiet", "--config", config, ...paths]), null);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function problemsOf(args: readonly string[]): Promise<string | null> {
  const output = await new Deno.Command(Deno.execPath(), { args: [...args], env: { NO_COLOR: "1" } }).output();
  return output.success ? null : new TextDecoder().decode(output.stderr);
}

/** Returns a locustfile for another host, without pauses between iterations. */
export function retargeted(source: string, url: string): string {
  return source
    .replaceAll(/static override host =\s*"[^"]*"/g, `static override host = ${JSON.stringify(url)}`)
    .replaceAll("between(1, 3)", "between(0, 0)");
}
