/**
 * Reasons why files cannot be used.
 *
 * @module
 */

/**
 * Checks that a file that is read as a whole has an end; /dev/zero and /dev/full have none.
 *
 * @throws {Error} if it is a character device, or cannot be accessed
 */
export function checkHasEnd(path: string): void {
  if (Deno.statSync(path).isCharDevice) throw new Error("a device");
}

/**
 * Returns a short reason why a file could not be used, without its path, which the message around it contains.
 *
 * @param error Error thrown by reading or writing it
 */
export function fileProblem(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "no such file";
  if (!(error instanceof Error)) return String(error);
  // Deno's format: `Permission denied (os error 13): open '/a/b'`.
  const reason = /^(.)(.*?) \(os error \d+\)/s.exec(error.message);
  return reason === null ? error.message : reason[1]!.toLowerCase() + reason[2]!;
}
