/**
 * Scripts of a collection. They are quoted; what they take from a response is made code where it can be followed.
 *
 * @module
 */

import { camelCase } from "../names.ts";
import { Code, type Extraction } from "../model.ts";
import { type Folder, type Node, node } from "./collection.ts";

/** Lines of a script that are quoted. */
const MAX_LINES = 10;
const SET =
  /\b(?:pm\.(?:environment|globals|collectionVariables|variables)\.set|postman\.set(?:Environment|Global)Variable)\(\s*(["'])(.+?)\1\s*,\s*([^;\n]+?)\s*\)\s*(?:;|$)/gm;
const ASSIGNED = /(?<![.\w])(\w+)\s*=(?!=)\s*([^;\n]+?)\s*(?:\|\|[^;\n]*)?(?:;|$)/gm;
const DESTRUCTURED = /\{([\w\s,:]+)\}\s*=(?!=)\s*([^;\n]+?)\s*(?:\|\|[^;\n]*)?(?:;|$)/gm;
const RESPONSE = /^(?:pm\.response\.json\(\)|JSON\.parse\(\s*(?:responseBody|pm\.response\.text\(\))\s*\))/;
const STATUS =
  /pm\.response\.to\.have\.status\(\s*(\d{3})\s*\)|(?:responseCode\.code|pm\.response\.code)\s*===?\s*(\d{3})|pm\.response\.code\)\.to\.(?:be\.)?(?:equal|eql)\(\s*(\d{3})\s*\)/;
/** Names that the code of a request has already. */
const TAKEN =
  /^(?:resp|form)\d*$|^(?:await|case|class|const|default|delete|do|else|enum|export|for|if|import|in|let|new|null|return|static|super|switch|this|throw|true|try|typeof|var|void|while|with|yield)$/;

/** Returns the lines of a script of an item. */
export function scriptLines(events: readonly Node[], listen: "prerequest" | "test"): string[] {
  return events.filter((event) => event.listen === listen && event.disabled !== true).flatMap((event) => {
    const { exec } = node(event.script);
    const lines = Array.isArray(exec) ? exec.map(String) : typeof exec === "string" ? exec.split("\n") : [];
    return lines.map((line) => line.trimEnd());
  }).filter((line) => line.trim() !== "");
}

/** Returns the variables that test scripts set from responses, with their names in the code. */
export function variablesOfScripts(folder: Folder): Map<string, string> {
  const names = new Map<string, string>();
  for (const item of folder.items) {
    const found = item.kind === "folder" ? variablesOfScripts(item) : settersOf(item.events);
    for (const name of found.keys()) {
      const camel = camelCase(name, "value");
      names.set(name, TAKEN.test(camel) ? `${camel}Value` : camel);
    }
  }
  return names;
}

/** Returns the variables that scripts set to a string that stands in them. */
export function literalsOfScripts(folder: Folder): Node[] {
  const events = [folder, ...folder.items].flatMap((item) => item.events);
  const lines = [...scriptLines(events, "prerequest"), ...scriptLines(events, "test")];
  const own = [...lines.join("\n").matchAll(SET)].flatMap(([, , key, value]): Node[] => {
    const literal = /^(["'])([^"'\\]*)\1$/.exec(value!)?.[2];
    return literal === undefined ? [] : [{ key, value: literal }];
  });
  return [...folder.items.flatMap((item) => item.kind === "folder" ? literalsOfScripts(item) : []), ...own];
}

/** Returns what the test scripts of a request take from its response. */
export function extractions(events: readonly Node[], variables: ReadonlyMap<string, string>): Extraction[] {
  return [...settersOf(events)].map(([name, path]) => {
    return {
      name: variables.get(name)!,
      from: (response) => new Code(`(await ${response}.json())${path}`),
      isDeclared: true,
    };
  });
}

/** Returns the status that a test script asks for; `null` if it asks for none. */
export function expectedStatus(events: readonly Node[]): number | null {
  const [, ...found] = STATUS.exec(scriptLines(events, "test").join("\n")) ?? [];
  const status = Number(found.find((one) => one !== undefined) ?? 0);
  return status >= 200 ? status : null;
}

/** Quotes scripts as comments, each once. */
export class ScriptQuotes {
  readonly #places = new Map<string, string>();

  /**
   * Returns a script as lines of a comment.
   *
   * @param advice What to do with it
   * @param place Where it stands, to refer to it later
   */
  quote(lines: readonly string[], advice: string, place: string): string[] {
    if (lines.length === 0) return [];
    const script = lines.join("\n");
    const before = this.#places.get(script);
    if (before !== undefined) return [`${advice.replace(/;.*/, "")}: the same as for ${before}.`];
    this.#places.set(script, place);
    const more = lines.length - MAX_LINES;
    return [
      `${advice}`,
      ...lines.slice(0, MAX_LINES).map((line) => `  ${line}`),
      ...(more > 0 ? [`  … ${more} more lines`] : []),
    ];
  }
}

/** Returns the variables that a test script sets, with the path in the response's JSON, such as `.user.token`. */
function settersOf(events: readonly Node[]): Map<string, string> {
  const script = scriptLines(events, "test").filter((line) => !/^\s*\/\//.test(line)).join("\n");
  const known = new Map<string, string>();
  for (const [, name, value] of script.matchAll(ASSIGNED)) note(name!, pathOf(value!, known), known);
  for (const [, names, value] of script.matchAll(DESTRUCTURED)) {
    const path = pathOf(value!, known);
    for (const [, key, alias] of names!.matchAll(/(\w+)(?:\s*:\s*(\w+))?/g)) {
      note(alias ?? key!, path === null ? null : `${path}.${key}`, known);
    }
  }
  const setters = new Map<string, string>();
  for (const [, , name, value] of script.matchAll(SET)) {
    const path = pathOf(value!, known);
    if (path !== "") note(name!, path, setters);
  }
  return setters;
}

function note(name: string, path: string | null, into: Map<string, string>): void {
  if (path !== null) into.set(name, path);
}

/** Returns where an expression is in the response's JSON; `null` if it is something else. */
function pathOf(expression: string, known: ReadonlyMap<string, string>): string | null {
  const response = RESPONSE.exec(expression)?.[0];
  const variable = /^\w+/.exec(expression)?.[0] ?? "";
  const start = response !== undefined ? "" : known.get(variable);
  const rest = expression.slice((response ?? variable).length);
  const isPath = /^(?:\.[A-Za-z_$][\w$]*|\[(?:\d+|"[^"\\]*"|'[^'\\]*')\])*$/.test(rest);
  return start === undefined || !isPath ? null : start + rest.replaceAll(/'([^']*)'/g, '"$1"');
}
