/**
 * Variables of a collection: `{{name}}`.
 *
 * @module
 */

import { hasMarks, mark } from "../markers.ts";
import { stringCode } from "../literals.ts";
import { type Environment, isSecret } from "../secrets.ts";
import { enabled, type Node, text } from "./collection.ts";

const VARIABLE = /\{\{([^{}]+)\}\}/g;
/** Variables whose value has variables are followed so far; a circle ends there. */
const MAX_DEPTH = 10;

/** Postman's dynamic variables that have a counterpart; by its documentation, "Dynamic variables". */
const DYNAMIC: Readonly<Record<string, string>> = {
  $guid: "crypto.randomUUID()",
  $isoTimestamp: "new Date().toISOString()",
  $randomAlphaNumeric: "Math.random().toString(36).slice(-1)",
  $randomBoolean: "String(Math.random() < 0.5)",
  $randomEmail: "`user${Math.floor(Math.random() * 1e6)}@example.com`",
  $randomFirstName: '["Ada", "Alan", "Grace", "Linus"][Math.floor(Math.random() * 4)]!',
  $randomFullName: '["Ada Lovelace", "Alan Turing", "Grace Hopper"][Math.floor(Math.random() * 3)]!',
  $randomInt: "String(Math.floor(Math.random() * 1001))",
  $randomLastName: '["Hopper", "Lovelace", "Turing"][Math.floor(Math.random() * 3)]!',
  $randomUserName: "`user${Math.floor(Math.random() * 1e6)}`",
  $randomUUID: "crypto.randomUUID()",
  $timestamp: "String(Math.floor(Date.now() / 1000))",
};

/** Replaces variables by constants, variables of the run, or their values. */
export class Variables {
  readonly #values = new Map<string, string>();
  readonly #secretNames = new Set<string>();
  readonly #ofScripts: ReadonlyMap<string, string>;
  readonly #environment: Environment;
  /** Variables with a value nowhere, and dynamic ones without a counterpart. */
  readonly unknown = new Set<string>();

  /**
   * Creates it from lists of variables, the most important last.
   *
   * @param ofScripts Variables that test scripts set, with their names in the code
   * @param environment Takes the constants
   */
  constructor(
    lists: readonly (readonly Node[])[],
    ofScripts: ReadonlyMap<string, string>,
    environment: Environment,
  ) {
    this.#ofScripts = ofScripts;
    this.#environment = environment;
    for (const one of lists.flatMap((list) => enabled(list))) {
      const name = text(one.key) || text(one.id);
      // An empty value waits to be filled in: it hides no other.
      if (text(one.value) !== "" || !this.#values.has(name)) this.#values.set(name, text(one.value));
      if (one.type === "secret") this.#secretNames.add(name);
    }
  }

  /** Returns the value of a variable with those in it replaced; `undefined` if it has none. */
  value(name: string): string | undefined {
    const value = this.#values.get(name);
    return value === undefined || value === "" ? undefined : this.#expanded(value, MAX_DEPTH);
  }

  /** Returns a string with marked expressions for its variables. */
  fill(template: string): string {
    return template.replaceAll(VARIABLE, (_, name: string) => this.#expression(name.trim()));
  }

  /**
   * Does the same for JSON, in which a variable may stand for more than a string: `{"id": {{id}}}`.
   *
   * @returns JSON, if it is one
   */
  fillJson(template: string): string {
    // By turns outside and inside of JSON's strings.
    return template.split(/("(?:[^"\\]|\\.)*")/).map((part, index) => {
      if (index % 2 === 1) return this.fill(part);
      return part.replaceAll(VARIABLE, (_, name: string) => `"${this.#rawExpression(name.trim())}"`);
    }).join("");
  }

  #expression(name: string): string {
    const dynamic = DYNAMIC[name];
    if (dynamic !== undefined) return mark(dynamic);
    const variable = this.#ofScripts.get(name);
    if (variable !== undefined) return mark(variable);
    const value = this.value(name);
    if (value === undefined) {
      this.unknown.add(name);
      return this.#environment.use(name, null);
    }
    if (this.#secretNames.has(name) || isSecret(name, value)) return this.#environment.use(name, value);
    return hasMarks(value) ? value : this.#environment.define(name, stringCode(value));
  }

  /** A number, a boolean or an object, by the value that Postman would put there. */
  #rawExpression(name: string): string {
    const marked = this.#expression(name);
    if (this.#ofScripts.has(name) || !/^\ue000[^\ue001]*\ue001$/.test(marked)) return marked;
    const value = this.value(name) ?? "0";
    return mark(`${/^-?\d/.test(value) ? "Number" : "JSON.parse"}(${marked.slice(1, -1)})`);
  }

  #expanded(value: string, depth: number): string {
    if (depth === 0) return value;
    return value.replaceAll(VARIABLE, (whole, name: string) => {
      const inner = this.#values.get(name.trim());
      return inner === undefined || inner === "" ? this.fill(whole) : this.#expanded(inner, depth - 1);
    });
  }
}
