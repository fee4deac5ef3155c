/**
 * What the system has against a file.
 *
 * @module
 */

/**
 * Returns in a few words why a file could not be used, without its path, which the sentence around it names.
 *
 * @param error What reading or writing it threw
 */
export function fileProblem(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "no such file";
  if (!(error instanceof Error)) return String(error);
  // Deno writes `Permission denied (os error 13): open '/a/b'`.
  const reason = /^(.)(.*?) \(os error \d+\)/s.exec(error.message);
  return reason === null ? error.message : reason[1]!.toLowerCase() + reason[2]!;
}
