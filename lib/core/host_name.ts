/**
 * The name of this machine.
 *
 * @module
 */

/** Returns the name of this machine; `null` without the permission, which is not requested. */
export function hostName(): string | null {
  return Deno.permissions.querySync({ name: "sys", kind: "hostname" }).state === "granted" ? Deno.hostname() : null;
}
