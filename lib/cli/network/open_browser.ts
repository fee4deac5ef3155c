/**
 * Opening an address in the browser.
 *
 * @module
 */

/** What opens an address on each system. */
const OPENERS: Readonly<Partial<Record<typeof Deno.build.os, readonly string[]>>> = {
  darwin: ["open"],
  windows: ["explorer.exe"],
  linux: ["xdg-open"],
};

/** Opens an address in the system's browser. Where there is none it stays with the address that has been printed. */
export function openBrowser(url: string): void {
  const [command, ...args] = OPENERS[Deno.build.os] ?? OPENERS.linux!;
  if (Deno.permissions.querySync({ name: "run", command: command! }).state !== "granted") return; // asks for nothing
  try {
    new Deno.Command(command!, { args: [...args, url], stdin: "null", stdout: "null", stderr: "null" }).spawn().unref();
  } catch {
    // The address stands on the screen.
  }
}
