// Where programs are.

import { dirname, join } from "node:path";

/** Returns where a program is, in the folders of PATH and those of system programs; `null` if it is not found. */
export async function which(name: string): Promise<string | null> {
  const folders = [
    ...(Deno.env.get("PATH") ?? "").split(":"),
    "/usr/sbin",
    "/usr/local/sbin",
    dirname(Deno.execPath()),
  ];
  for (const folder of folders) {
    const path = join(folder, name);
    const info = await Deno.stat(path).catch(() => null);
    if (info?.isFile && ((info.mode ?? 0) & 0o111) !== 0) return path;
  }
  return null;
}
