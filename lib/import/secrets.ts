/**
 * What must not stand in a locustfile: passwords, keys and tokens become environment variables.
 *
 * @module
 */

import { hasMarks, mark } from "./markers.ts";
import { Code, type Constant } from "./model.ts";

/** Last words of names whose value is a secret. */
const SECRET_WORDS = new Set(
  `apikey auth authorization bearer credential credentials csrf jwt key1 passphrase passwd password pin pwd secret
  session sessionid sid signature token xsrf`.split(/\s+/),
);
/** Endings of words in one, such as `csrftoken` and `JSESSIONID`. */
const SECRET_ENDING = /.(?:apikey|password|secret|sessid|sessionid|token)$/;
/** The same for two words. */
const SECRET_PAIRS = new Set("access key,api key,private key,session id,client secret,auth key".split(","));
/** Values that are secrets whatever their name: JSON web tokens, and tokens with the prefixes of their makers. */
const SECRET_VALUE = new RegExp(
  "^(?:eyJ[\\w-]+\\.[\\w-]+\\.[\\w-]*|(?:ghp|gho|ghs|github_pat|glpat|xox[abp]|sk|pk|rk|AKIA|AIza)[-_\\w]{16,})$",
);

/** Splits a name of any style into words in lower case. */
export function nameWords(name: string): string[] {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, "$1 $2")
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .split(/[^A-Za-z\d]+/)
    .filter((word) => word !== "")
    .map((word) => word.toLowerCase());
}

/**
 * Returns whether a value looks like a secret.
 *
 * @param name Name of the header, field or variable
 */
export function isSecret(name: string, value: string): boolean {
  if (value === "" || hasMarks(value)) return false;
  const words = nameWords(name);
  const last = words.at(-1) ?? "";
  return SECRET_WORDS.has(last) || SECRET_ENDING.test(last) || SECRET_PAIRS.has(words.slice(-2).join(" ")) ||
    SECRET_VALUE.test(value);
}

/** Returns a name in CONSTANT_CASE; never empty, and never with a digit first. */
export function constantName(name: string): string {
  const joined = nameWords(name).join("_").toUpperCase();
  return /^[A-Z]/.test(joined) ? joined : `VALUE${joined === "" ? "" : "_"}${joined}`;
}

/** Constants of one locustfile that come from the environment, each name once. Strings have marked expressions in them. */
export class Environment {
  readonly #values = new Map<string, string | null>();
  readonly #comments = new Map<string, string>();
  /** Expressions of constants that are not variables themselves. */
  readonly #expressions = new Map<string, string>();

  /**
   * Returns a constant with the value of an environment variable, as a marked expression. Different values get different
   * names.
   *
   * @param name A name of any style
   * @param value The value that it replaces; `null` if it comes from the environment already
   * @param comment What to put there, for the first use
   */
  use(name: string, value: string | null, comment?: string): string {
    const base = constantName(name);
    let constant = base;
    for (let number = 2; this.#values.has(constant) && this.#values.get(constant) !== value; number++) {
      constant = `${base}_${number}`;
    }
    this.#values.set(constant, value);
    if (comment !== undefined && !this.#comments.has(constant)) this.#comments.set(constant, comment);
    return mark(constant);
  }

  /**
   * Returns a constant with the value of an expression, as a marked expression.
   *
   * @param name A name of any style, always with the same expression
   */
  define(name: string, expression: string, comment?: string): string {
    this.#expressions.set(constantName(name), expression);
    return this.use(name, null, comment);
  }

  /** Returns the `authorization` line of basic authorization, as a marked expression. */
  basic(name: string, user: string, password: string, comment?: string): string {
    return this.define(name, `"Basic " + btoa(\`${inTemplate(user)}:${inTemplate(password)}\`)`, comment);
  }

  /** Returns the `authorization` line of `user:password`; the password is a constant. */
  basicOf(user: string): string {
    const at = user.indexOf(":");
    const [name, password] = at < 0 ? [user, ""] : [user.slice(0, at), user.slice(at + 1)];
    const isHidden = hasMarks(password) || password === "" && at >= 0;
    return this.basic(`${name}_auth`, name, isHidden ? password : this.use("PASSWORD", password));
  }

  /** Returns the contents of a file, read once, as a marked expression. */
  file(path: string, isText: boolean): string {
    const name = `${path.split(/[\\/]/).at(-1)}${isText ? "_text" : ""}`;
    const read = isText ? "readTextFileSync" : "readFileSync";
    return this.define(name, `Deno.${read}(${JSON.stringify(path)})`, this.#commentOnFiles());
  }

  /** Said once, above the first file. */
  #commentOnFiles(): string | undefined {
    const comment = "Paths are relative to the folder in which locust runs";
    return [...this.#comments.values()].includes(comment) ? undefined : comment;
  }

  /** Returns the value, or a constant if it looks like a secret. */
  hide(name: string, value: string): string {
    return isSecret(name, value) ? this.use(name, value) : value;
  }

  /** Returns the value of a header line, with its secret parts replaced by constants. */
  hideHeader(name: string, value: string): string {
    if (/^cookie$/i.test(name)) return this.#hideCookies(value);
    const scheme = /^(bearer|basic|token|digest|apikey)\s+(\S.*)$/i.exec(value);
    if (!/authorization$/i.test(name) || scheme === null) return this.hide(name, value);
    if (hasMarks(value)) return value;
    const constant = /^basic$/i.test(scheme[1]!) ? "BASIC_CREDENTIALS" : "API_TOKEN";
    return `${scheme[1]} ${this.use(constant, scheme[2]!)}`;
  }

  /** Replaces secrets in a JSON value. */
  hideJson(value: unknown, name = ""): unknown {
    if (typeof value === "string") return this.hide(name, value);
    if (Array.isArray(value)) return value.map((one) => this.hideJson(one, name));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.hideJson(one, key)]));
  }

  #hideCookies(line: string): string {
    return line.split(/;\s*/).filter((pair) => pair !== "").map((pair) => {
      const at = pair.indexOf("=");
      return at < 0 ? pair : `${pair.slice(0, at)}=${this.hide(pair.slice(0, at), pair.slice(at + 1))}`;
    }).join("; ");
  }

  /** Returns the names of the environment variables. */
  variables(): string[] {
    return [...this.#values.keys()].filter((name) => !this.#expressions.has(name));
  }

  /** Returns the line that names them, for the comment at the top; none if there are none. */
  notes(): string[] {
    const names = this.variables();
    return names.length === 0 ? [] : [`Set these environment variables first: ${names.join(", ")}.`];
  }

  /** Returns a `setup` that names the variables that are not set; none if there are none. */
  declarations(): Code[] {
    const names = this.variables();
    if (names.length === 0) return [];
    return [
      new Code(
        `export function setup() {
          const unset = [${names.map((name) => JSON.stringify(name)).join(", ")}].filter((name) => !Deno.env.has(name));
          if (unset.length > 0) log.warning(\`Environment variables not set, sent as empty: \${unset.join(", ")}\`);
        }`,
        ["log"],
      ),
    ];
  }

  /** Returns the declarations of the constants. */
  constants(): Constant[] {
    return [...this.#values.keys()].map((name) => {
      const comment = this.#comments.get(name);
      const value = new Code(this.#expressions.get(name) ?? `Deno.env.get(${JSON.stringify(name)}) ?? ""`);
      return { name, value, ...(comment === undefined ? {} : { comment: [comment] }) };
    });
  }
}

/** Returns a string with marked expressions as the inside of a template literal. */
function inTemplate(text: string): string {
  return text.split(/(\ue000[^\ue001]*\ue001)/).map((part) => {
    return hasMarks(part) ? `\${${part.slice(1, -1)}}` : part.replaceAll(/[`\\]|\$(?=\{)/g, "\\$&");
  }).join("");
}
