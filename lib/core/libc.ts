/**
 * The C library, for what Deno has no door to.
 *
 * @module
 */

/** The names it goes by. */
const LIBRARIES: Readonly<Record<string, readonly string[]>> = {
  linux: ["libc.so.6", "libc.so"],
  darwin: ["libSystem.dylib"],
};

/**
 * Opens the C library.
 *
 * @param symbols Functions that are wanted
 * @returns `null` where it is not known, or the permission for it is missing, which is not asked for
 */
export function openLibc<const S extends Deno.ForeignLibraryInterface>(symbols: S): Deno.DynamicLibrary<S> | null {
  if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") return null;
  for (const name of LIBRARIES[Deno.build.os] ?? []) {
    try {
      return Deno.dlopen(name, symbols);
    } catch {
      // Not its name here; without any, it stays unknown.
    }
  }
  return null;
}
