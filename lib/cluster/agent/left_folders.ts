/**
 * Folders of runs that killed agents have left behind.
 *
 * @module
 */

import { hostName } from "../../core/host_name.ts";
import { join } from "node:path";
import process from "node:process";
import { fileNamePart } from "../../core/agent_name.ts";

/** Returns the start of the names of an agent's folders: host and process, by which others know whether it lives. */
export function folderPrefix(pid = Deno.pid): string {
  return `${hostPrefix()}${pid}-`;
}

/** Removes the folders in `parent` whose process of this host is gone; one that cannot be removed stays. */
export function removeLeftFolders(parent: string): void {
  if (hostName() === null) return; // the folder may be shared with another host's agents
  const prefix = hostPrefix();
  try {
    for (const { name, isDirectory } of Deno.readDirSync(parent)) {
      if (!isDirectory || !name.startsWith(prefix)) continue;
      const pid = /^(\d+)-/.exec(name.slice(prefix.length))?.[1];
      if (pid !== undefined && !isAlive(Number(pid))) Deno.removeSync(join(parent, name), { recursive: true });
    }
  } catch {
    // The folder may be another user's, or another agent removes it just now.
  }
}

function hostPrefix(): string {
  return `locust-run-${fileNamePart(hostName() ?? "")}-`;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { readonly code?: unknown }).code !== "ESRCH"; // another user's cannot be asked
  }
}
