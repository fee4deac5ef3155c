/**
 * Files that a locustfile opens and that only the coordinator's machine has.
 *
 * @module
 */

/** What Deno and Node.js say of a file that is not there; other things that are missing have no operation on a path. */
const MISSING =
  /NotFound: [^\n]*\(os error \d+\): (?:\w+) '([^'\n]+)'|ENOENT: [^\n]*, (?:open|l?stat|access|scandir|realpath) '([^'\n]+)'/;

/** Returns what to do if an error is of a file that is not there; `undefined` for other errors. */
export function missingFileHint(error: string): string | undefined {
  const match = MISSING.exec(error);
  if (match === null) return undefined;
  const path = (match[1] ?? match[2])!;
  const isRelative = !/^(?:[/\\]|[a-z]:)/i.test(path);
  const [file, url] = isRelative ? [`"${path}"`, path.replace(/^(?!\.)/, "./")] : ["PATTERN", "./file"];
  return `Agents have only the files of the run, in another folder than their working folder: add --include ${file}, ` +
    `and open the file by new URL("${url}", import.meta.url), both relative to the locustfile's folder`;
}
