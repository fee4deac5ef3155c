/**
 * Postman collections: folders become steps, requests keep their order.
 *
 * @module
 */

import { ScriptError } from "../../core/errors.ts";
import { withCommonHeaders } from "../common_headers.ts";
import { stringCode } from "../literals.ts";
import { unmark } from "../markers.ts";
import { type Action, Code, type ImportOptions, type ImportSource, type RequestCall, type Scenario } from "../model.ts";
import { pascalCase } from "../names.ts";
import { rowName } from "../row_name.ts";
import { Environment } from "../secrets.ts";
import { requireJson } from "../source_json.ts";
import { commonOrigin } from "../url_parts.ts";
import { type AuthParts, authParts } from "./auth.ts";
import { enabled, type Folder, type Node, node, readCollection, type RequestItem, text } from "./collection.ts";
import { postmanBody } from "./request_body.ts";
import { knownOrigin, type PostmanUrl, postmanUrl, unknownBase, urlsOf } from "./request_url.ts";
import {
  expectedStatus,
  extractions,
  literalsOfScripts,
  scriptLines,
  ScriptQuotes,
  variablesOfScripts,
} from "./scripts.ts";
import { Variables } from "./variables.ts";

/** Header lines that Postman or the client sets. */
const CLIENTS = /^(?:accept-encoding|connection|content-length|host|postman-token|user-agent)$/i;

/**
 * Reads a collection.
 *
 * @throws {ScriptError} if it, or its environment, cannot be read
 */
export function readPostman(source: ImportSource, { environment: file }: ImportOptions): Promise<Scenario> {
  const collection = readCollection(source);
  const environment = new Environment();
  const ofScripts = variablesOfScripts(collection.root);
  const lists = [
    literalsOfScripts(collection.root),
    collection.variables,
    file === undefined ? [] : readEnvironment(file),
  ];
  const variables = new Variables(lists, ofScripts, environment);
  const writer = new CollectionWriter(collection.root, variables, ofScripts, environment);
  const declared = [...ofScripts].map(([name, variable]): Action => {
    const code = `let ${variable} = ${stringCode(variables.value(name) ?? "")}; // set from a response below`;
    return { kind: "code", code: new Code(code) };
  });
  const name = `${pascalCase(collection.root.name, "Postman").replace(/User$/, "")}User`;
  const scenario = withCommonHeaders({ name, run: [...declared, ...writer.actions] });
  return Promise.resolve({
    notes: [
      `Imported from the Postman collection "${collection.root.name}": ${writer.count} request${
        writer.count === 1 ? "" : "s"
      }.`,
      ...environment.notes(),
      ...unknownNotes(variables),
      ...collection.leftOut.map((one) => `Left out: ${one}.`),
      ...writer.notes,
    ],
    ...(writer.origin === undefined ? {} : { baseUrl: writer.origin }),
    constants: environment.constants(),
    declarations: environment.declarations(),
    classes: [scenario],
  });
}

function readEnvironment(file: ImportSource): Node[] {
  const { values } = node(requireJson(file));
  if (Array.isArray(values)) return enabled(values);
  throw new ScriptError(`Cannot use --environment "${file.name}": no list at values, expected a Postman environment`);
}

function unknownNotes({ unknown }: Variables): string[] {
  if (unknown.size === 0) return [];
  const names = [...unknown].map((name) => `{{${name}}}`).join(", ");
  return [`Without a value in the collection and its environment: ${names}`];
}

/** Turns folders and requests into actions. */
class CollectionWriter {
  readonly origin: string | undefined;
  readonly actions: readonly Action[];
  count = 0;
  readonly #variables: Variables;
  readonly #ofScripts: ReadonlyMap<string, string>;
  readonly #environment: Environment;
  readonly #notes = new Set<string>();
  readonly #quotes = new ScriptQuotes();
  /** The variable that is the base URL, if it has no value. */
  readonly #baseVariable: string | null;

  constructor(
    root: Folder,
    variables: Variables,
    ofScripts: ReadonlyMap<string, string>,
    environment: Environment,
  ) {
    this.#variables = variables;
    this.#ofScripts = ofScripts;
    this.#environment = environment;
    const urls = urlsOf(root);
    this.origin = commonOrigin(urls.map((url) => knownOrigin(url, variables)));
    this.#baseVariable = this.origin === undefined ? unknownBase(urls, variables) : null;
    if (this.#baseVariable !== null) this.#notes.add(`{{${this.#baseVariable}}} is the base URL: give it with --host.`);
    this.actions = this.#folder(root, null);
  }

  /** What the reader has to do, for the whole file. */
  get notes(): string[] {
    return [...this.#notes];
  }

  #folder(folder: Folder, inherited: Node | null): Action[] {
    const auth = folder.auth ?? inherited;
    const scripts = this.#folderScripts(folder);
    const actions = folder.items.map((item): Action => {
      if (item.kind === "folder") return { kind: "step", name: item.name, actions: this.#folder(item, auth) };
      this.count++;
      return { kind: "request", request: this.#request(item, auth) };
    });
    return scripts.length === 0 ? actions : [{ kind: "comment", lines: scripts }, ...actions];
  }

  #folderScripts({ name, events }: Folder): string[] {
    const place = `the folder "${name}"`;
    const advice = (kind: string) => `${kind} script of ${place}, for each request in it:`;
    return [
      ...this.#quotes.quote(scriptLines(events, "prerequest"), advice("Pre-request"), place),
      ...this.#quotes.quote(scriptLines(events, "test"), advice("Test"), place),
    ];
  }

  #request(item: RequestItem, inherited: Node | null): RequestCall {
    const { request, events } = item;
    const url = postmanUrl(request.url, this.#variables, this.#baseVariable);
    const own = node(request.auth);
    const auth = authParts(text(own.type) === "" ? inherited : own, this.#variables, this.#environment);
    if (auth.note !== null) this.#notes.add(`To do: ${auth.note}.`);
    const given = this.#headers(request.header);
    const type = given.findLast(([name]) => /^content-type$/i.test(name))?.[1] ?? "";
    const body = postmanBody(node(request.body), type, this.#variables, this.#environment);
    const headers = [...given.filter(([name]) => !/^content-type$/i.test(name)), ...auth.headers];
    const status = expectedStatus(events);
    return {
      method: (text(request.method) || "GET").toUpperCase(),
      ...this.#target(url, auth),
      headers: [...headers, ...(body?.type ? [["content-type", body.type] as const] : [])]
        .map(([name, value]) => [name, unmark(value)] as const),
      ...(body === null ? {} : { body: body.body }),
      ...(status === null ? {} : { expect: { status } }),
      extract: extractions(events, this.#ofScripts),
      comment: this.#comment(item),
    };
  }

  #target(url: PostmanUrl, auth: AuthParts): Pick<RequestCall, "url" | "name" | "query"> {
    const path = url.fields === null && url.query !== "" ? `${url.path}?${url.query}` : url.path;
    const fields = [...url.fields ?? [], ...auth.query];
    const isBase = url.origin === "" || url.origin === this.origin;
    const name = rowName(url.path);
    return {
      url: unmark(isBase ? path : url.origin + path),
      ...(name === path && isBase ? {} : { name }),
      query: fields.map(([key, value]) => [key, unmark(this.#environment.hide(key, value))] as const),
    };
  }

  /** Format 2.0 also has header lines as one string. */
  #headers(value: unknown): [string, string][] {
    const lines = typeof value !== "string"
      ? enabled(value).map((one): [string, string] => [text(one.key), text(one.value)])
      : [...value.matchAll(/^([^:\n]+):\s*(.*)$/gm)].map(([, name, one]): [string, string] => [name!.trim(), one!]);
    return lines.filter(([name]) => name !== "" && !CLIENTS.test(name)).map(([name, one]) => {
      return [this.#variables.fill(name), this.#environment.hideHeader(name, this.#variables.fill(one))];
    });
  }

  #comment({ name, events }: RequestItem): string[] {
    const place = name === "" ? "another request" : `"${name}"`;
    return [
      ...(name === "" ? [] : [name]),
      ...this.#quotes.quote(
        scriptLines(events, "prerequest"),
        "Pre-request script; write here what it prepares:",
        place,
      ),
      ...this.#quotes.quote(scriptLines(events, "test"), "Test script; write what matters as asserts below:", place),
    ];
  }
}
