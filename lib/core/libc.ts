/**
 * The C library, for functions that Deno does not offer.
 *
 * @module
 */

/** Its file names, by system. */
const LIBRARIES: Readonly<Record<string, readonly string[]>> = {
  linux: ["libc.so.6", "libc.so"],
  darwin: ["libSystem.dylib"],
};

/**
 * Opens the C library.
 *
 * @param symbols Functions to look up
 * @returns `null` if it is unknown or the ffi permission is missing; the user is not prompted
 */
export function openLibc<const S extends Deno.ForeignLibraryInterface>(symbols: S): Deno.DynamicLibrary<S> | null {
  if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") return null;
  for (const name of LIBRARIES[Deno.build.os] ?? []) {
    try {
      return Deno.dlopen(name, symbols);
    } catch {
      // Not this name; try the next one.
    }
  }
  return null;
}
