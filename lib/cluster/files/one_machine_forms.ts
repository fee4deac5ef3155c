/**
 * Finds calls that act on one machine in the code of a run on several.
 *
 * @module
 */

/** A module of the run. */
export interface Source {
  /** Path to show. */
  readonly path: string;
  readonly text: string;
}

type Kind = "counter" | "queue";

/** Members that act on one machine, and what to write in their place. */
const MEMBERS: Readonly<Record<Kind, Readonly<Record<string, { readonly call: string; readonly instead: string }>>>> = {
  counter: {
    add: { call: "add()", instead: "next()" },
    value: { call: "value", instead: "next(0)" },
  },
  queue: {
    tryTake: { call: "tryTake()", instead: "take({ timeout: 0 })" },
    length: { call: "length", instead: "size()" },
  },
};
const TOKENS = /\/\*[^]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;
const DECLARED = /([#\w$]+)\s*(?::[^=\n;]+)?=\s*shared\s*\.\s*(counter|queue)\b/g;
const IMPORTED = /\bimport\s*\{([^}]*)\}/g;

/**
 * Returns one line for each use of a counter or a queue that acts on one machine, as far as the text tells: of those that
 * are assigned to a name, in the module that does so and in those that import the name.
 */
export function oneMachineForms(sources: readonly Source[]): string[] {
  const modules = sources.map(({ path, text }) => ({ path, text: text.replace(TOKENS, blank) }));
  const everywhere = new Map<string, Kind>();
  for (const { text } of modules) for (const [name, kind] of declaredIn(text)) everywhere.set(name, kind);
  return modules.flatMap(({ path, text }) => {
    const known = declaredIn(text);
    for (const name of importedIn(text)) {
      const kind = everywhere.get(name);
      if (kind !== undefined) known.set(name, kind);
    }
    return [...known].flatMap(([name, kind]) => usesOf(name, kind, path, text)).sort((a, b) => a.line - b.line)
      .map(({ problem }) => problem);
  });
}

function declaredIn(text: string): Map<string, Kind> {
  return new Map([...text.matchAll(DECLARED)].map(([, name, kind]) => [name!, kind as Kind]));
}

function importedIn(text: string): string[] {
  return [...text.matchAll(IMPORTED)].flatMap(([, names]) =>
    names!.split(",").map((one) => one.trim().split(/\s+/).at(-1)!)
  );
}

function usesOf(
  name: string,
  kind: Kind,
  path: string,
  text: string,
): { readonly line: number; readonly problem: string }[] {
  const members = MEMBERS[kind];
  const word = name.replaceAll("$", "\\$");
  const use = new RegExp(`(?<![\\w$#])${word}\\s*[?!]?\\.\\s*(${Object.keys(members).join("|")})\\b`, "g");
  return [...text.matchAll(use)].map(({ 1: member, index }) => {
    const line = text.slice(0, index).split("\n").length;
    const { call, instead } = members[member!]!;
    const problem =
      `Cannot use ${name}.${call} (${path}:${line}): it acts on one machine, expected await ${name}.${instead}`;
    return { line, problem };
  });
}

/** Replaces a comment or a string by spaces, so that lines stay what they are. */
function blank(token: string): string {
  return token.replace(/[^\n]/g, " ");
}
