/**
 * Reasons why files cannot be used.
 *
 * @module
 */

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
